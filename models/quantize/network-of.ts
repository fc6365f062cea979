import type { Bindings, Dimensions } from '../lower/lower.ts'
import type { Model } from '../onnx/types.ts'
import { type Network, readNetwork } from './network.ts'
import { unrolled } from './recurrent/unroll.ts'

/**
 * A model as the quantiser takes it: recurrent cells are unrolled, step by step, as far as that can be.
 * @throws {OpineError} those of `readNetwork`
 */
export function networkOf(model: Model, dims: Dimensions = {}, bind: Bindings = {}): Network {
  const network = readNetwork(model, dims, bind)
  const found = unrolled(network)
  return found ? { ...readNetwork({ ...model, graph: found.graph }, dims, bind), roles: found.roles } : network
}
