import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { known, shortId } from './find.ts'
import { type Machine, rerun, type View } from './view.ts'

/** @property root  of a true answer of `account`; @property milliseconds  that the model ran here */
export type RunTrace = {
  readonly requestId: Hex
  readonly programRoot: Hex
  readonly milliseconds: number
  readonly output: Hex
  readonly account: string | null
  readonly root: Hex | null
  readonly assertions: readonly Compared[]
}

/** An assertion beside the truth. @property difference  first output element that differs; null if the outputs are the same */
type Compared = {
  readonly assertionId: Hex
  readonly asserter: string
  readonly traceRoot: Hex
  readonly trueRoot: Hex
  readonly agrees: boolean
  readonly difference: {
    readonly output: number
    readonly kernel: number
    readonly element: number
    readonly asserted: number
    readonly own: number
  } | null
}

/**
 * Runs a request's model here and compares with what was asserted.
 * @param account  whose root is wanted besides
 * @throws {OpineError} `MODEL_NOT_GIVEN`, those of the executor
 */
export function runTrace(view: View, machine: Machine, requestId: Hex, account: string | null): RunTrace {
  const { journal } = view
  const { programRoot } = journal.request(requestId)!
  const start = performance.now()
  const truth = rerun(view, machine, requestId)
  if (!truth) {
    const message = `request ${shortId(requestId)} asks program ${programRoot}, which is none of the models given; give its file by --model`
    throw new OpineError('MODEL_NOT_GIVEN', message, { requestId, programRoot })
  }
  const milliseconds = Math.round(performance.now() - start)
  const assertions = known(journal, 'assertion')
    .filter(([, assertion]) => assertion.requestId === requestId)
    .map(([assertionId, { asserter, traceRoot }]): Compared => {
      const trueRoot = truth.root(asserter)
      const difference = truth.difference(journal.output(assertionId)!) ?? null
      return { assertionId, asserter, traceRoot, trueRoot, agrees: trueRoot === traceRoot, difference }
    })
  return {
    requestId,
    programRoot,
    milliseconds,
    output: truth.output,
    account,
    root: account === null ? null : truth.root(account),
    assertions,
  }
}

/** The same as lines. */
export function runTraceText({ requestId, programRoot, milliseconds, output, account, root, assertions }: RunTrace): string[] {
  const bytes = (output.length - 2) / 2
  return [
    `request   ${requestId}`,
    `program   ${programRoot}`,
    `ran in    ${milliseconds} ms`,
    `output    ${bytes > 64 ? `${output.slice(0, 130)}… (${bytes} bytes)` : output}`,
    ...(root ? [`root      ${root}, for ${account}`] : []),
    ...assertions.flatMap(({ assertionId, asserter, traceRoot, trueRoot, agrees, difference }) => [
      '',
      `assertion ${assertionId}`,
      `by        ${asserter}`,
      `asserted  ${traceRoot}`,
      `true      ${trueRoot}`,
      agrees ? 'verdict   true' : `verdict   FALSE: ${differenceText(difference)}`,
    ]),
  ]
}

function differenceText(difference: Compared['difference']): string {
  if (!difference) return 'the outputs agree, the lie lies deeper in the trace'
  const { output, kernel, element, asserted, own } = difference
  return `output ${output} (kernel ${kernel}), element ${element} is ${hex(asserted)}, truly ${hex(own)}`
}

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16).padStart(8, '0')}`
