import { type FitOptions, settingsText } from '../training/fit.ts'
import { accuracyLine, hashLine } from '../training/report.ts'

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

/** What a training run says about its result; without times, so that every run says the same. */
export const formatReport = (figures: Figures): string =>
  `${[
    `trained on ${figures.trained} images: ${settingsText(figures.options)}`,
    `loss of the last epoch: ${figures.trainingLoss.toFixed(4)}`,
    accuracyLine(figures.right, figures.heldOut),
    `held-out loss: ${figures.heldOutLoss.toFixed(4)}`,
    hashLine('digits.onnx', figures.file),
  ].join('\n')}\n`
