import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { splitInputs } from '@opine/models/trace/commit.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { encodeStep } from '../step-chain.ts'

/** The golden step as a call of the verifier, and the word that it must return: products and sums of `f32`, openings, a whole descriptor. */
export function goldenCall(): { readonly call: string; readonly expected: number } {
  const program = sampleNetwork()
  const trace = buildTrace(program, splitInputs(program, sampleImage(1)), execute)
  const kernel = program.kernels.findIndex((each) => blockCount(each) > 1)
  const step = stepCases(trace, programTree(program), new Uint8Array(32))({ kernel, element: 0, evaluation: 'BLOCK', block: 1 })
  return { call: encodeStep(step), expected: step.expected }
}
