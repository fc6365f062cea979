/**
 * Trains the digit model, writes `digits.onnx` and the figures in README.md; `npm run train:digits`.
 * `--check` writes nothing, and fails if either would change.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadDigits } from './dataset.ts'
import { exportNetwork } from './export.ts'
import { countRight, FIT, fit, meanLoss } from './fit.ts'
import { formatReport, withReport } from './report.ts'
import { heldOutRows, trainingRows } from './split.ts'

const MODEL = join(import.meta.dirname, 'digits.onnx')
const PAGE = join(import.meta.dirname, 'README.md')

const digits = loadDigits()
const training = trainingRows(digits)
const heldOut = heldOutRows(digits)
const started = performance.now()
let trainingLoss = Number.NaN
const network = fit(training, FIT, (epoch, loss) => {
  trainingLoss = loss
  process.stderr.write(`epoch ${epoch + 1} of ${FIT.epochs}: loss ${loss.toFixed(4)}\n`)
})
process.stderr.write(`trained in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)

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
process.stdout.write(report)

const page = readFileSync(PAGE, 'utf8')
const newPage = withReport(page, report)
if (!process.argv.includes('--check')) {
  writeFileSync(MODEL, file)
  writeFileSync(PAGE, newPage)
} else if (!readFileSync(MODEL).equals(file) || page !== newPage) {
  process.stderr.write('digits.onnx or README.md is not what this training gives; run `npm run train:digits` and commit both\n')
  process.exitCode = 1
}
