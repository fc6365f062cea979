import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { FAMILIES, type Family } from './cost-models.ts'
import { compareTimes } from './measure.ts'
import { multiplyAdds } from './multiply-adds.ts'
import { plot, type Series } from './plot.ts'
import { digits, milliseconds, table } from './table.ts'

/** Times of a family, milliseconds over multiply-adds. @param rounds  samples of each size, in turns */
async function measured({ name, sizes, model }: Family, rounds: number): Promise<Series> {
  const executor = new WasmExecutor(null)
  const models = sizes.map((size) => model(size))
  const works: Record<string, () => unknown> = {}
  for (const [at, { program, interface: ports }] of models.entries()) {
    const inputs = randomInputs(ports.inputs, 1)
    works[at] = () => executor.executeOutputs(program, inputs)
  }
  const times = await compareTimes(works, rounds)
  const points = models.map(({ program }, at) => [multiplyAdds(program), times[at]!] as const)
  return { name, points, factor: factorOf(points) }
}

type Points = Series['points']

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The cost of one multiply-add: that of which the points' own costs differ by the same factor upwards and downwards on average. */
export const factorOf = (points: Points): number => Math.exp(mean(points.map(([adds, time]) => Math.log(time / adds))))

/** The power of the work with which time grows, by least squares of logarithms: 1 if it is linear. */
export function exponentOf(points: Points): number {
  const [xs, ys] = [points.map(([adds]) => Math.log(adds)), points.map(([, time]) => Math.log(time))]
  const [x, y] = [mean(xs), mean(ys)]
  const slope = mean(xs.map((value, at) => (value - x) * (ys[at]! - y)))
  return slope / mean(xs.map((value) => (value - x) ** 2))
}

/** How far a point is from the line at most, as a part of what the line says. */
export const deviationOf = ({ points, factor }: Series): number =>
  Math.max(...points.map(([adds, time]) => Math.abs(time / (factor * adds) - 1)))

/** How cost grows with work: the section's lines, and the plot. */
export async function costSection(rounds: number, families: readonly Family[] = FAMILIES): Promise<{ lines: string[]; svg: string }> {
  const series: Series[] = []
  for (const family of families) series.push(await measured(family, rounds))
  const rows = series.map((each) => {
    const ends = [each.points[0]!, each.points.at(-1)!]
    const [least, most] = ends.map(([adds, time]) => `${digits(adds / 1e6)} M in ${milliseconds(time)}`)
    const line = [`${digits(1 / each.factor / 1e6)} GMAC/s`, digits(exponentOf(each.points)), `${digits(100 * deviationOf(each))} %`]
    return [each.name, least!, most!, ...line]
  })
  const lines = [
    'Processor time of one inference on one thread over what it multiplies and adds, for generated models that grow in one extent each. The line of a',
    'family is time in proportion to work; the exponent is the power of the work with which time grows, 1 where cost is linear.',
    '',
    '![time over multiply-adds](bench-cost.svg)',
    '',
    ...table(['family', 'least', 'most', 'line', 'exponent', 'farthest from the line'], rows),
  ]
  return { lines, svg: plot(series, { x: 'multiply-adds', y: 'milliseconds' }) }
}
