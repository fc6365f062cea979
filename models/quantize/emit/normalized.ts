import { powerOfTwo } from '../binary.ts'
import type { Range } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { uniformGrid } from '../grid.ts'
import type { NormalizingPlan } from '../nodes/normalizing-plan.ts'
import type { Code } from '../values.ts'
import { stored } from './code.ts'
import { lookUp, placesOf, reduced } from './table.ts'

/** Numbers less their mean, if the plan has one, and over their deviation along the last axis, in integers: `NormalizingPlan` says how. */
export function emitNormalized(context: Context, { name: input, shape }: Code, plan: NormalizingPlan, label: string): Code {
  const { writer } = context
  const { most, bits } = plan
  const axis = shape.length - 1
  const times = (value: string, factor: number, part: string): string =>
    factor === 1 ? value : writer.node('Mul', [value, writer.scalar(factor)], `${label}.${part}`)
  /** Half a unit more, cut, rounded down. */
  const whole = (value: string, range: Range, part: string): string => {
    const moved = writer.node('Add', [value, writer.scalar(0.5)], `${label}.${part}.half`)
    const cut = writer.node('Clip', [moved, writer.scalar(range.low), writer.scalar(range.high)], `${label}.${part}.cut`)
    return stored(context, writer.node('Floor', [cut], `${label}.${part}.floor`), range, `${label}.${part}`)
  }
  const within = { low: -most, high: most }

  const withoutMean = ({ meanShift, cut, meanFactor, meanBits }: NonNullable<NormalizingPlan['mean']>): string => {
    const total = reduced(context, 'ReduceSum', x, axis, `${label}.total`)
    const mean = whole(times(total, powerOfTwo(-meanShift), 'share'), { low: -cut, high: cut }, 'mean')
    const common = times(mean, meanFactor * powerOfTwo(-meanBits), 'common')
    return whole(writer.node('Sub', [x, common], `${label}.rest`), within, 'centred')
  }

  const x = plan.narrowing === 0 ? input : whole(times(input, powerOfTwo(-plan.narrowing), 'fine'), within, 'narrowed')
  const centred = plan.mean === null ? x : withoutMean(plan.mean)

  const greatest = reduced(context, 'ReduceMax', writer.node('Abs', [centred], `${label}.size`), axis, `${label}.greatest`)
  const scale = lookUp(context, `${label}.rise`, plan.rises, greatest, powerOfTwo(bits - 1))
  const risen = writer.node('Mul', [centred, scale], `${label}.scaled`)
  const row = joinsConstants(context)
    ? whole(risen, within, 'row')
    : stored(
        context,
        writer.node('Clip', [risen, writer.scalar(-most), writer.scalar(most)], `${label}.scaled.cut`),
        within,
        `${label}.row`,
      )

  const square = times(writer.node('Mul', [row, row], `${label}.product`), powerOfTwo(-bits), 'square')
  const squares = reduced(context, 'ReduceSum', whole(square, { low: 0, high: most + 1 }, 'squares'), axis, `${label}.variance`)
  const added = plan.epsilons.reduce((a, b) => Math.max(a, b))
  const epsilon = added > 0 ? lookUp(context, `${label}.epsilon`, plan.epsilons, greatest, added) : null
  const variance = epsilon === null ? squares : writer.node('Add', [squares, epsilon], `${label}.variance.epsilon`)
  const entry = placesOf(context, plan.steps, variance, `${label}.gain`)
  const gain = lookUp(context, `${label}.gain`, plan.gains, entry, most)
  const normalized = times(writer.node('Mul', [row, gain], `${label}.quotient`), powerOfTwo(-plan.shift), 'shifted')
  return { kind: 'code', name: whole(normalized, within, 'normalized'), shape, steps: uniformGrid(shape.length, plan.unit), ...within }
}

/** Whether rows may be constants, as a token that is put before others: of these a clip may change nothing, and be no end of a linear region. */
const joinsConstants = ({ network: { nodes, constants } }: Context): boolean =>
  nodes.some(({ op, inputs }) => op === 'Concat' && inputs.some((name) => constants.has(name)))
