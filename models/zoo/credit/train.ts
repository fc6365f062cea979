/**
 * Trains the credit model, writes `credit.onnx` and the figures in README.md; `npm run train:credit`.
 * `--check` writes nothing, and fails if either would change.
 */
import { settingsText } from '../training/fit.ts'
import { publish, timed } from '../training/publish.ts'
import { accuracyLine, hashLine, percent } from '../training/report.ts'
import { drawApplicants, HELD_OUT, TRAINING } from './applicants.ts'
import { exportModel } from './export.ts'
import { aucLine, bayesLine, measure } from './measure.ts'
import { FIT, fit, riskOf } from './network.ts'

const training = drawApplicants(TRAINING)
const heldOut = drawApplicants(HELD_OUT)
const [model] = timed(FIT.epochs, (progress) => fit(training, FIT, progress))

const figures = measure(
  heldOut,
  heldOut.map(({ features }) => riskOf(model, features)),
)
const rule = measure(
  heldOut,
  heldOut.map(({ chance }) => chance),
)
const file = exportModel(model)
const report = [
  `trained on ${training.length} applicants: ${settingsText(FIT)}`,
  `held out: ${percent(heldOut.filter(({ label }) => label === 1).length / heldOut.length)} of ${heldOut.length} defaulted`,
  accuracyLine(figures.right, heldOut.length),
  bayesLine(heldOut),
  aucLine(figures.auc, rule.auc),
  `held-out loss: ${figures.loss.toFixed(4)}; of the rule itself ${rule.loss.toFixed(4)}`,
  hashLine('credit.onnx', file),
]
publish(import.meta.dirname, 'credit', file, `${report.join('\n')}\n`)
