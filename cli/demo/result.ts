import { describeKernel } from '@opine/models/ir/dump.ts'
import type { Account } from './ledger.ts'
import type { ChosenLie } from './lie.ts'
import type { Question } from './question.ts'
import { type GasReport, gasLines, moneyLines } from './report.ts'
import type { Dispute, Scene } from './scene.ts'
import type { Screen } from './screen.ts'
import { elementText, kernelText, laneText, percent, valueText } from './story.ts'
import { complaints, type Verdict } from './verdict.ts'

/** What a demonstration comes to; printed by `--json`. Amounts in wei, values as 32 bits, `seconds` of this machine's clock. */
export type DemoResult = {
  readonly ok: boolean
  readonly seed: number
  readonly image: { readonly label: number; readonly source: string }
  readonly lie: string
  readonly verdict: Verdict
  readonly complaints: readonly string[]
  readonly dispute: Dispute & { readonly kernel: string; readonly lines: readonly string[] }
  readonly gas: GasReport
  readonly money: readonly Account[]
  readonly processes: readonly { readonly name: string; readonly pid: number | undefined }[]
  readonly seconds: number
}

type Parts = {
  readonly seed: number
  readonly question: Question
  readonly lie: ChosenLie
  readonly scene: Scene
  readonly accounts: readonly Account[]
  readonly verdict: Verdict
  readonly gas: GasReport
  readonly processes: DemoResult['processes']
}

export function resultOf({ seed, question, lie, scene, accounts, verdict, gas, processes }: Parts): DemoResult {
  const failures = complaints(verdict, question.digit.label)
  const kernel = scene.dispute.step ? describeKernel(scene.truth.program.kernels[scene.dispute.step.kernel]!) : ''
  return {
    ok: failures.length === 0,
    seed,
    image: { label: question.digit.label, source: question.source },
    lie: lie.text,
    verdict,
    complaints: failures,
    dispute: { ...scene.dispute, kernel, lines: disputeLines(scene) },
    gas,
    money: accounts,
    processes,
    seconds: 0,
  }
}

/** What the dispute came down to, once it is decided. */
function disputeLines({ truth, dispute }: Scene): string[] {
  if (!dispute.lane || !dispute.step) return []
  const { kernel, element, evaluation, block, claimed, computed } = dispute.step
  const shape = truth.program.kernels[kernel]!
  const lines = [
    `${kernelText(truth, kernel)}, ${elementText(truth, kernel, element)}`,
    `its value:  claimed ${laneText(shape, dispute.lane.claimed)}, in truth ${laneText(shape, dispute.lane.truth)}`,
  ]
  if (evaluation !== 1) return lines
  const of = (bits: number): string => valueText(shape.foldType, bits)
  return [...lines, `its running total after block ${block + 1}:  claimed ${of(claimed)}, computed by the contract ${of(computed)}`]
}

export function tellResult({ say, paint }: Screen, { ok, verdict, complaints: failures, dispute, gas, money }: DemoResult): void {
  const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)
  say(
    '',
    paint('bold', 'What the dispute came down to'),
    ...indented(dispute.lines),
    '',
    paint('bold', 'What it cost'),
    ...indented(gasLines(gas)),
    '',
    paint('bold', 'Who ended with what'),
    ...indented(moneyLines(money)),
    '',
  )
  const answer = `The consumer contract read "${verdict.digit}", ${percent(verdict.probability)} sure`
  if (ok) say(paint('green', `${answer}; the liar is slashed, and the challenger is paid.`))
  else say(...failures.map((failure) => paint('red', failure)))
}
