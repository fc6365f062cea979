import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { loadModel } from '@opine/models/load.ts'
import { inputRoot, traceTree } from '@opine/models/trace/commit.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { buildTrace, type Execute } from '@opine/models/trace/trace.ts'

/** What an assertion of one inference says. @property outputs  raw bytes of each output */
export type Roots = { readonly programRoot: Hex; readonly inputRoot: Hex; readonly outputs: readonly Hex[]; readonly traceRoot: Hex }

const CONTEXT = { chainId: 1n, oracle: `0x${'1a'.repeat(20)}`, requestId: `0x${'2b'.repeat(32)}`, account: `0x${'3c'.repeat(20)}` }

/** Compiles a model, runs it on drawn inputs and commits, from the bytes of the file on; runs in Node and in browsers. */
export function rootsOf(file: Uint8Array, seed: number, execute: Execute): Roots {
  const { root: programRoot, program, interface: ports } = loadModel(file)
  const inputs = randomInputs(ports.inputs, seed)
  const trace = buildTrace(program, inputs, execute)
  return {
    programRoot,
    inputRoot: toHex(inputRoot(program, inputs)),
    outputs: program.outputs.map((kernel) => toHex(trace.buffers[kernel]!)),
    traceRoot: toHex(rootOf(traceTree(trace, saltOf(CONTEXT)))),
  }
}
