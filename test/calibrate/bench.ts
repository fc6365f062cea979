import { encodeStep, type StepChain } from '@opine/cli/step-chain.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { multiProof, wordsAt } from '@opine/dispute-game/merkle/multiproof.ts'
import { tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { kernel, program } from '@opine/models/exec/reference/sample.ts'
import type { Constant, Kernel, Program } from '@opine/models/ir/types.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'

const SALT = new Uint8Array(32).fill(9)

/** A program with one input of a number, constants, and one kernel that is judged, the last. */
export const alone = (judged: Partial<Kernel> & Pick<Kernel, 'result'>, constants: readonly Constant[] = [], inputs = 1): Program =>
  program(
    Array.from({ length: inputs }, () => ({ type: 'f32', count: 1 }) as const),
    constants,
    [kernel({ shape: [1], loads: [], ...judged })],
  )

/**
 * Measures programs on a verifier.
 * @property of    gas of the execution of the step that `execution` takes
 * @property each  of `times` things that one program has more than another
 */
export type Meter = {
  readonly of: (whole: Program, open?: readonly number[], only?: 'RESULT') => Promise<number>
  readonly each: (more: Program, less: Program, times: number) => Promise<number>
}

export function meterOf(chain: StepChain): Meter {
  const of: Meter['of'] = (whole, open, only) => execution(chain, whole, open, only)
  return { of, each: async (more, less, times) => ((await of(more)) - (await of(less))) / times }
}

/**
 * Gas of the verifier's execution for element 0 of the last kernel, its first block where it has several.
 * @param only  the result of a fold of several blocks
 * @param open  words of the first operand that the witness opens, if other than those that are read
 */
export async function execution(chain: StepChain, whole: Program, open?: readonly number[], only?: 'RESULT'): Promise<number> {
  const inputs = whole.inputs.map(({ count }) => new Uint8Array(4 * count))
  const last = whole.kernels.length - 1
  const evaluation = only ?? (blockCount(whole.kernels[last]!) > 1 ? 'BLOCK' : 'ELEMENT')
  const step = stepCases(buildTrace(whole, inputs, execute), programTree(whole), SALT)({ kernel: last, element: 0, evaluation, block: 0 })
  const [first, ...others] = step.witness.operands
  const witness = open && first ? { ...step.witness, operands: [reopened(whole, first, open), ...others] } : step.witness
  const outcome = await chain.measure(encodeStep({ transition: step.transition, witness }))
  if ('error' in outcome) throw new OpineError('CALIBRATION', `a step of the calibration reverts: ${outcome.error}`)
  if (outcome.value !== step.expected) throw new OpineError('CALIBRATION', 'a step of the calibration gives a wrong value')
  return outcome.execution
}

type Operand = ReturnType<ReturnType<typeof stepCases>>['witness']['operands'][number]

function reopened({ inputs, constants }: Program, operand: Operand, indices: readonly number[]): Operand {
  const tree = tensorTree(constants[operand.buffer - inputs.length]!.bytes)
  return { ...operand, indices, words: wordsAt(tree, indices), siblings: multiProof(tree, indices) }
}
