import { compileModel } from '../../lower/compile.ts'
import type { Bindings, Dimensions } from '../../lower/lower.ts'
import type { Model } from '../../onnx/types.ts'
import { unrolled } from '../recurrent/unroll.ts'
import { withoutDynamicScales } from '../rewrite/dynamic.ts'
import { inPairs } from '../rewrite/in-pairs.ts'
import { rewritten } from '../rewrite/rewrite.ts'
import { withoutBranches } from './branches.ts'
import { type Network, readNetwork } from './network.ts'

/**
 * A model as the quantiser takes it: branches are chosen, recurrent cells unrolled, step by step, as far as that can be, and what
 * has no integer form is told by what has one.
 * @throws {OpineError} those of `compileModel` and `readNetwork`
 */
export function networkOf(given: Model, dims: Dimensions = {}, bind: Bindings = {}): Network {
  const model = withoutDynamicScales(inPairs(given))
  // Says what is wrong with the model before anything else does.
  compileModel(model, { dims, bind })
  const network = readNetwork(withoutBranches(model, dims, bind), dims, bind)
  const found = unrolled(network)
  return simplified(found ? { ...readNetwork({ ...network.model, graph: found.graph }, dims, bind), roles: found.roles } : network)
}

function simplified(network: Network): Network {
  const found = rewritten(network)
  if (!found) return network
  const made = readNetwork({ ...network.model, graph: found.graph }, network.dims, network.bind)
  return {
    ...{ ...made, roles: network.roles, originals: found.originals },
    constants: new Map([...network.constants, ...made.constants]),
    tensors: new Map([...network.tensors, ...made.tensors]),
  }
}
