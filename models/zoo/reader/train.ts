/**
 * Trains the bracket reader, writes `reader.onnx` and the figures in README.md; `npm run train:reader`.
 * `--check` writes nothing, and fails if either would change.
 */
import { settingsText } from '../training/fit.ts'
import { publish, timed } from '../training/publish.ts'
import { accuracyLine, hashLine, percent } from '../training/report.ts'
import { drawExamples, heldOutExamples, TRAINING } from './brackets.ts'
import { exportReader } from './export.ts'
import { chances, FIT, fit } from './network.ts'

const training = drawExamples(TRAINING)
const heldOut = heldOutExamples(training)
const [reader, trainingLoss] = timed(FIT.epochs, (progress) => fit(training, FIT, progress))

const right = heldOut.filter(({ text, balanced }) => chances(reader, [text])[0]! >= 0.5 === balanced).length
const file = exportReader(reader)
const report = [
  `trained on ${training.length} texts: ${settingsText(FIT)}`,
  `loss of the last epoch: ${trainingLoss.toFixed(4)}`,
  `held out: ${percent(heldOut.filter(({ balanced }) => balanced).length / heldOut.length)} of ${heldOut.length} balance`,
  accuracyLine(right, heldOut.length),
  hashLine('reader.onnx', file),
]
publish(import.meta.dirname, 'reader', file, `${report.join('\n')}\n`)
