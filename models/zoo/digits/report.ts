import { createHash } from 'node:crypto'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { FitOptions } from './fit.ts'

export type Figures = {
  readonly options: FitOptions
  readonly trained: number
  /** Mean cross entropy in nats of the last epoch, on images as moved for training. */
  readonly trainingLoss: number
  readonly heldOut: number
  readonly right: number
  /** Mean cross entropy in nats. */
  readonly heldOutLoss: number
  readonly file: Uint8Array
}

const BEGIN = '<!-- printed by train.ts: begin -->\n```\n'
const END = '```\n<!-- printed by train.ts: end -->'

export const accuracyLine = (right: number, total: number): string =>
  `held out: ${right} of ${total} right, ${((100 * right) / total).toFixed(2)} %`

export const hashLine = (file: Uint8Array): string =>
  `digits.onnx: ${file.length} bytes, SHA-256 ${createHash('sha256').update(file).digest('hex')}`

/** What a training run says about its result; without times, so that every run says the same. */
export function formatReport(figures: Figures): string {
  const { epochs, batch, rate, decay, seed } = figures.options
  return `${[
    `trained on ${figures.trained} images: ${epochs} epochs, batch ${batch}, rate ${rate} falling to 0, weight decay ${decay}, seed ${seed}`,
    `loss of the last epoch: ${figures.trainingLoss.toFixed(4)}`,
    accuracyLine(figures.right, figures.heldOut),
    `held-out loss: ${figures.heldOutLoss.toFixed(4)}`,
    hashLine(figures.file),
  ].join('\n')}\n`
}

/** The page with the printed part exchanged. */
export function withReport(page: string, report: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin)
    throw new OpineError('README_MARKS', `README.md of the digits model has lost its marks; put back "${BEGIN}" and "${END}"`)
  return page.slice(0, begin) + BEGIN + report + page.slice(end)
}
