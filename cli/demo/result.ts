import { describeKernel } from '@opine/models/ir/dump.ts'
import type { Act, Way } from './act.ts'
import { lieOf, truthOf } from './act.ts'
import type { Claim } from './consumers/consumer.ts'
import type { Account } from './ledger.ts'
import { reasonFor } from './reasons.ts'
import { type GasReport, gasTable, moneyTable, moveTable } from './report.ts'
import type { Dispute, Scene } from './scene.ts'
import type { Screen } from './screen.ts'
import { elementText, kernelText, laneText, valueText } from './story.ts'

/** What an act comes to. `answers` in words; values as 32 bits. */
export type ActResult = {
  readonly number: number
  readonly title: string
  readonly way: Way
  readonly model: { readonly name: string; readonly programRoot: string }
  readonly consumer: { readonly kind: string; readonly name: string; readonly address: string }
  readonly about: readonly string[]
  readonly requestId: string
  readonly answers: { readonly truth: string; readonly falsehood: string }
  readonly lie: string
  readonly dispute: Dispute & { readonly kernel: string; readonly lines: readonly string[] }
  readonly claims: readonly Claim[]
  readonly gas: GasReport
}

/** What a demonstration comes to; printed by `--json`. Amounts in wei, `computing` what the daemons said of executors, `seconds` of this machine's clock. */
export type DemoResult = {
  readonly ok: boolean
  readonly seed: number
  readonly chain: { readonly name: string; readonly id: number; readonly client: string }
  readonly acts: readonly ActResult[]
  readonly complaints: readonly string[]
  readonly money: readonly Account[]
  readonly computing: readonly string[]
  readonly processes: readonly { readonly name: string; readonly pid: number | undefined }[]
  readonly seconds: number
}

export function actResult(
  act: Act,
  scene: Scene,
  { requestId, game }: { requestId: string; game: string },
  claims: readonly Claim[],
  gas: GasReport,
): ActResult {
  const { dispute } = scene.game(game)
  const kernel = dispute.lane ? describeKernel(scene.truth.program.kernels[dispute.lane.kernel]!) : ''
  const { kind, name, address } = act.consumer
  return {
    number: act.number,
    title: act.title,
    way: act.way,
    model: { name: act.model.name, programRoot: act.model.loaded.root },
    consumer: { kind, name, address },
    about: act.question.about,
    requestId,
    answers: { truth: act.question.say(truthOf(act)), falsehood: act.question.say(lieOf(act)) },
    lie: act.falsehood.text,
    dispute: { ...dispute, kernel, lines: disputeLines(act, scene, dispute) },
    claims,
    gas,
  }
}

/** What the dispute came down to, once it is decided. */
function disputeLines({ way, falsehood }: Act, { truth }: Scene, { lane, step }: Dispute): string[] {
  if (!lane) return []
  const shape = truth.program.kernels[lane.kernel]!
  const place = `${kernelText(truth, lane.kernel)}, ${elementText(truth, lane.kernel, lane.element)}`
  const told = falsehood.lie
  if (way === 'sham') return [place, `its value:  ${laneText(shape, lane.claimed)}, true; the sham challenge was about nothing`]
  const lines = [place, `its value:  claimed ${laneText(shape, lane.claimed)}, in truth ${laneText(shape, lane.truth)}`]
  if (step?.evaluation !== 1 || told.kind !== 'total') return lines
  const of = (bits: number): string => valueText(shape.foldType, bits)
  return [
    ...lines,
    `its running total after block ${step.block + 1}:  claimed ${of(step.claimed)}, computed by the contract ${of(step.computed)}`,
  ]
}

/** The end: what was disputed, what it cost, who has what, and whether all that was promised happened. */
export function tellResult({ say, loud, paint }: Screen, { ok, acts, complaints, money, computing }: Omit<DemoResult, 'seconds'>): void {
  const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)
  const title = ({ number, title: text, way }: ActResult): string => `Act ${number}, ${text} (${way})`
  say('')
  for (const act of acts) {
    const marks = act.claims.map(({ claim, holds, found }) => {
      return `${holds ? paint('green', 'yes') : paint('red', 'NO ')}  ${claim}: ${found}`
    })
    loud(paint('bold', title(act)), ...indented([...act.dispute.lines, ...marks]), '')
    say(...indented(moveTable(act.gas)), '')
  }
  const ways = acts.map(({ way }) => way)
  loud(
    paint('bold', 'What it cost, in gas'),
    ...indented(gasTable(acts)),
    '',
    paint('bold', 'Who ended with what'),
    ...indented(moneyTable(money, (account) => reasonFor(account, ways))),
    '',
  )
  if (computing.length > 0) loud(paint('bold', 'What ran the models'), ...indented(computing), '')
  const claims = acts.reduce((sum, act) => sum + act.claims.length, 0)
  const good = `${ending(ways)} All ${claims} claims above were asked from the contracts, and hold.`
  loud(...(ok ? [paint('green', good)] : complaints.map((complaint) => paint('red', complaint))))
}

function ending(ways: readonly Way[]): string {
  const lies = ways.filter((way) => way !== 'sham').length
  const fell = lies === 1 ? 'The lie fell' : lies === 2 ? 'Both lies fell' : `All ${lies} lies fell`
  const stood = ways.includes('sham') ? ', the sham challenge failed' : ''
  return `${fell}${stood}, and every consumer has the true answer.`
}
