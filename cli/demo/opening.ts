import { outputBytes } from '@opine/models/trace/commit.ts'
import { drawDigit } from '@opine/models/zoo/digits/draw.ts'
import { etherText } from '../chain/money.ts'
import { summarize } from '../model/summary.ts'
import { grouped } from '../output.ts'
import type { ChosenLie } from './lie.ts'
import { type Question, readingOf } from './question.ts'
import type { Screen } from './screen.ts'
import type { Chain, Stage } from './stage.ts'
import { blockText, elementText, kernelText, percent, short } from './story.ts'
import { PROTOCOL, STAKE } from './terms.ts'

/** What stands before the play begins. */
export function tellStage({ say, paint }: Screen, chain: Chain, { deployment, model, programRoot, registrationGas }: Stage): void {
  const { parameters, kernels, committed } = summarize(model.program)
  say(
    paint('bold', 'The stage'),
    `  chain ${deployment.chainId}, embedded, at ${chain.ws} (process ${chain.daemon.pid}); the oracle is at ${deployment.oracle}`,
    `  model: handwritten digits, ${grouped(parameters)} parameters, ${kernels} kernels (${committed} committed one by one)`,
    `  registered as program ${short(programRoot)}, for ${grouped(registrationGas)} gas; every weight is under that hash`,
    `  two operators staked ${etherText(STAKE)} each; a challenger's bond is ${etherText(PROTOCOL.gameBond)}`,
    '',
  )
}

/** The picture, and what the two operators will say of it. */
export function tellQuestion({ say, paint, colour }: Screen, { digit, source, trace }: Question, lie: ChosenLie): void {
  const [honest, false_] = [readingOf(outputBytes(trace)), readingOf(outputBytes(lie.trace))]
  const picture = drawDigit(digit.pixels, { colour }).split('\n')
  const words = [
    `a ${source}: a ${digit.label}`,
    `the model says "${honest.digit}", ${percent(honest.probability)} sure`,
    `the lie: a false running total in ${kernelText(trace, lie.kernel)},`,
    `  ${elementText(trace, lie.kernel, lie.element)}, ${blockText(trace, lie.kernel, lie.block)};`,
    `  everything after it computed rightly, it says "${false_.digit}", ${percent(false_.probability)} sure`,
  ]
  const width = colour ? 8 : 16
  const rows = Math.max(picture.length, words.length)
  const line = (row: number): string => `  ${picture[row] ?? ' '.repeat(width)}   ${words[row] ?? ''}`.trimEnd()
  say(paint('bold', 'The question'), ...Array.from({ length: rows }, (_, row) => line(row)), '')
}
