import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from './fit.ts'
import { withReport } from './report.ts'

/** Tells the progress of a training on stderr, and the seconds that it took. @returns what was trained, and the loss of its last epoch */
export function timed<T>(epochs: number, train: (progress: Progress) => T): readonly [trained: T, loss: number] {
  const started = performance.now()
  let last = Number.NaN
  const trained = train((epoch, loss) => {
    last = loss
    process.stderr.write(`epoch ${epoch + 1} of ${epochs}: loss ${loss.toFixed(4)}\n`)
  })
  process.stderr.write(`trained in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  return [trained, last]
}

/**
 * Prints what a training script says about its model, and writes the model and the figures in the folder's README.md. With `--check` on
 * the command line it writes nothing, and sets the exit status to 1 if either would change.
 * @param name of the model: it lies in `<folder>/<name>.onnx`, `npm run train:<name>` trains it
 * @param report lines without times, so that every run says the same
 */
export function publish(folder: string, name: string, file: Uint8Array, report: string): void {
  process.stdout.write(report)
  const model = join(folder, `${name}.onnx`)
  const readme = join(folder, 'README.md')
  const page = readFileSync(readme, 'utf8')
  const newPage = withReport(page, report)
  if (!process.argv.includes('--check')) {
    writeFileSync(model, file)
    writeFileSync(readme, newPage)
  } else if (!readFileSync(model).equals(file) || page !== newPage) {
    process.stderr.write(`${name}.onnx or README.md is not what this training gives; run \`npm run train:${name}\` and commit both\n`)
    process.exitCode = 1
  }
}
