import { execute } from '@opine/models/exec/reference/execute.ts'
import { readFile } from '../files.ts'
import { type DimOption, readModel } from './load.ts'
import { stockModel } from './onnxruntime.ts'
import { unpackValues } from './pack.ts'
import { randomInputs } from './random-inputs.ts'

/**
 * How far two runtimes are apart on one model.
 * @property absolute greatest difference of two values
 * @property scaled   the same over the greatest magnitude in that output of the stock runtime (1 if it is all zero)
 */
export type Comparison = {
  readonly file: string
  readonly values: number
  readonly absolute: number
  readonly scaled: number
}

/**
 * Runs the stock onnxruntime and the reference executor on the same drawn inputs.
 * @param seeds one run for each
 * @throws {OpineError} those of `loadModel` and `stockModel`
 */
export async function compareModel(file: string, seeds: readonly number[], options: DimOption): Promise<Comparison> {
  const { program, interface: ports } = readModel(file, options)
  const stock = await stockModel(readFile(file), ports)
  let [values, absolute, scaled] = [0, 0, 0]
  for (const seed of seeds) {
    const inputs = randomInputs(ports.inputs, seed)
    const buffers = execute(program, inputs)
    const theirs = await stock(inputs)
    for (const [index, { type }] of ports.outputs.entries()) {
      const ours = unpackValues(type, buffers[program.outputs[index]!]!)
      const difference = greatestDifference(ours, theirs[index]!)
      values += ours.length
      absolute = Math.max(absolute, difference)
      scaled = Math.max(scaled, difference / (greatest(theirs[index]!) || 1))
    }
  }
  return { file, values, absolute, scaled }
}

const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0)

/** Equal values, infinities and NaN included, do not differ; a NaN or infinity on one side alone differs infinitely. */
function greatestDifference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY
  return ours.reduce((most, value, index) => {
    if (Object.is(value, theirs[index]!) || value === theirs[index]) return most
    const difference = Math.abs(value - theirs[index]!)
    return Math.max(most, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
  }, 0)
}
