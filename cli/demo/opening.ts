import { etherText } from '../chain/money.ts'
import { summarize } from '../model/summary.ts'
import { grouped, table } from '../output.ts'
import { type Act, lieOf, truthOf } from './act.ts'
import type { Screen } from './screen.ts'
import type { Chain, Place } from './stage.ts'
import type { Stage } from './staging.ts'
import { blockText, elementText, kernelText, short } from './story.ts'
import { PROTOCOL, STAKE } from './terms.ts'

/** What stands before the play begins. */
export function tellStage({ say, paint }: Screen, place: Place | Chain, { deployment, models }: Stage): void {
  const rows = models.map(({ name, loaded, registrationGas }) => {
    const { parameters, kernels } = summarize(loaded.program)
    return [name, grouped(parameters), String(kernels), short(loaded.root), grouped(registrationGas)]
  })
  say(
    paint('bold', 'The stage'),
    `  chain ${deployment.chainId}, ${place.name}, at ${place.ws}${'daemon' in place ? ` (process ${place.daemon.pid})` : ''}; the oracle is at ${deployment.oracle}`,
    ...table([['model', 'parameters', 'kernels', 'program', 'gas to register'], ...rows]).map((line) => `  ${line}`),
    `  every weight is under a program's hash; two operators staked ${etherText(STAKE)} each; a challenger's bond is ${etherText(PROTOCOL.gameBond)}`,
    '',
  )
}

const PLOTS = {
  bisection: 'a lie deep inside is narrowed down in turns, until the chain recomputes one block of it',
  'one-shot': 'another lie, by an operator that serves its traces: whoever asks for them has the whole proof',
  sham: 'a true answer is challenged without ground',
} as const

/** The picture, and what will be said of it. */
export function tellAct({ say, paint, colour }: Screen, act: Act): void {
  const { question, falsehood } = act
  const { lie } = falsehood
  const picture = question.picture(colour)
  const { kernel, element } = lie
  const { trace } = question
  const place = [
    kernelText(trace, kernel),
    `${elementText(trace, kernel, element)}${lie.kind === 'total' ? `, ${blockText(trace, kernel, lie.block)}` : ''}`,
  ]
  const what = lie.kind === 'total' ? 'a false running total' : 'a false value'
  const words = [
    ...question.about,
    `the model says ${question.say(truthOf(act))}`,
    `${act.way === 'sham' ? "the sham challenger's trace" : 'the lie'}: ${what} in`,
    ...place.map((line) => `  ${line};`),
    `  everything after it computed rightly, it says ${question.agree(lieOf(act), truthOf(act)) ? 'the same' : question.say(lieOf(act))}`,
    `asked by ${act.consumer.name}, ${act.consumer.kind}`,
  ]
  const width = Math.max(...picture.map((line) => visible(line)))
  const rows = Math.max(picture.length, words.length)
  const line = (row: number): string => {
    const left = picture[row] ?? ''
    return `  ${left}${' '.repeat(width - visible(left))}   ${words[row] ?? ''}`.trimEnd()
  }
  const title = `Act ${act.number}: ${act.title}. ${PLOTS[act.way]}`
  say(paint('bold', title), ...Array.from({ length: rows }, (_, row) => line(row)), '')
}

/** Characters that a line takes on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
const visible = (line: string): number => line.replace(/\x1b\[[\d;]*m/g, '').length
