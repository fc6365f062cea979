import { Command } from 'commander'
import { type Comparison, compareModel } from '../model/compare.ts'
import { type DimOption, dimOption } from '../model/load.ts'
import { whole } from '../options.ts'
import { print, printJson, progress, table } from '../output.ts'

/** Greatest scaled error that rounding in another order explains in the models at hand. */
const TOLERANCE = 1e-4

type Options = DimOption & { readonly seeds: number; readonly json?: true }

export const compareCommand = (): Command =>
  new Command('compare')
    .description('run models on stock onnxruntime and on the reference executor, and say how far they are apart')
    .argument('<file...>', 'ONNX files')
    .option('--seeds <n>', 'number of drawn inputs for each model', whole(1, 1000), 3)
    .addOption(dimOption())
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Ends with exit code 1 if a model's greatest scaled error is above ${TOLERANCE}.

Examples:
  opine model compare models/zoo/digits/digits.onnx
  opine model compare a.onnx b.onnx --seeds 10 --json`,
    )
    .action(async (files: readonly string[], options: Options) => {
      const seeds = Array.from({ length: options.seeds }, (_, seed) => seed)
      const models: Comparison[] = []
      for (const file of files) {
        progress(`comparing ${file}`)
        models.push(await compareModel(file, seeds, options))
      }
      const far = models.filter(({ scaled }) => !(scaled <= TOLERANCE))
      if (options.json) printJson({ tolerance: TOLERANCE, agree: far.length === 0, models })
      else print(...table([['model', 'values', 'greatest error', 'scaled'], ...models.map(rowOf)]))
      if (far.length > 0) process.exitCode = 1
    })

const rowOf = ({ file, values, absolute, scaled }: Comparison): string[] => [
  file,
  String(values),
  absolute.toExponential(2),
  scaled.toExponential(2),
]
