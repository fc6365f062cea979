/**
 * Trains the digit model, writes `digits.onnx` and the figures in README.md; `npm run train:digits`.
 * `--check` writes nothing, and fails if either would change.
 */
import { publish, timed } from '../training/publish.ts'
import { loadDigits } from './dataset.ts'
import { exportNetwork } from './export.ts'
import { countRight, FIT, fit, meanLoss } from './fit.ts'
import { formatReport } from './report.ts'
import { heldOutRows, trainingRows } from './split.ts'

const digits = loadDigits()
const training = trainingRows(digits)
const heldOut = heldOutRows(digits)
const [network, trainingLoss] = timed(FIT.epochs, (progress) => fit(training, FIT, progress))

const file = exportNetwork(network)
const report = formatReport({
  options: FIT,
  trained: training.length,
  trainingLoss,
  heldOut: heldOut.length,
  right: countRight(network, heldOut),
  heldOutLoss: meanLoss(network, heldOut),
  file,
})
publish(import.meta.dirname, 'digits', file, report)
