import type { QuantizeReport } from '@opine/models/quantize/report.ts'
import { grouped, table } from '../output.ts'

/** Lines for a terminal. */
export function reportLines(report: QuantizeReport): string[] {
  const { layers, left, quality, bytes } = report
  return [
    ...table([['tensor', 'kind', 'weights', 'weights dB', 'shift', 'bound', 'parts', 'error dB'], ...layers.map(layerRow)]),
    '',
    ...(left.length === 0
      ? ['nothing is left in float']
      : table([['left in float', 'operator', 'why'], ...left.map(({ node, operator, reason }) => [node, operator, reason])])),
    '',
    ...(quality
      ? table([
          ['output', 'dB', 'greatest error', 'same top'],
          ...quality.outputs.map((output) => [
            output.name,
            decibels(output.sqnr),
            output.greatest.toExponential(2),
            share(output.agreement),
          ]),
        ])
      : []),
    ...(quality?.outputs ?? []).flatMap((output) => doubt(output, report.calibration)),
    `examples    ${report.calibration} calibrated on, ${quality ? `${quality.examples} ${quality.heldOut ? 'held out' : 'the same'} compared` : 'none compared'}`,
    `class       ${report.providers}`,
    `size        ${grouped(bytes.float)} bytes before, ${grouped(bytes.quantized)} after`,
  ]
}

/** Below this share of the same top answers, or these decibels, a model is hardly the one that was meant. */
const [FEW, FAINT] = [0.9, 15]

/** What to do about an output that follows the float model badly. */
function doubt({ name, agreement, sqnr }: Output, calibration: number): string[] {
  if (agreement === null ? sqnr >= FAINT : agreement >= FEW) return []
  const cause = calibration < 100 ? `${calibration} examples are few: calibrate on a hundred or more` : 'calibrate on inputs'
  return [`look at     ${name}: it often differs from the float model's; ${cause} such as the model will see, or give --activation-bits 10`]
}

type Output = NonNullable<QuantizeReport['quality']>['outputs'][number]
type Row = QuantizeReport['layers'][number]

const layerRow = ({ name, kind, weightBits, weightSqnr, shift, bound, parts, sqnr }: Row): string[] => [
  name,
  kind,
  weightBits === null ? '-' : `${weightBits} bits`,
  decibels(weightSqnr),
  shift === null ? '-' : shift[0] === shift[1] ? `${shift[0]}` : `${shift[0]} to ${shift[1]}`,
  bound.toFixed(2),
  `${parts}`,
  decibels(sqnr),
]

const decibels = (value: number | null): string => (value === null ? '-' : Number.isFinite(value) ? value.toFixed(1) : 'exact')
const share = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(2)} %`)
