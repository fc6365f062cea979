import { Command } from 'commander'
import { type CompareOptions, type Comparison, compareModel, TOLERANCE } from '../compare/compare.ts'
import { findModels } from '../compare/find.ts'
import { executorOption } from '../model/executors.ts'
import { withModelOptions } from '../model/load.ts'
import { whole } from '../options.ts'
import { grouped, print, printJson, progress, table } from '../output.ts'

type Options = CompareOptions & { readonly json?: true }

export const compareCommand = (): Command =>
  withModelOptions(new Command('compare'))
    .description('run models on stock onnxruntime and on ours, on the same inputs, and say how far and how much slower they are')
    .argument('<path...>', 'ONNX files, or folders that are searched for *.onnx')
    .addOption(executorOption())
    .option('--threads <n>', 'threads of onnxruntime, and of ours where the executor has several', whole(1, 256), 1)
    .option('--runs <n>', 'drawn inputs for each model; times are medians', whole(1, 1000), 1)
    .option('--seed <n>', 'draws the inputs; each run adds one', whole(0, 0xffffffff), 1)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Ends with exit code 1 if a model fails: if it does not run, if a float output is off by more than ${TOLERANCE} of that output's greatest magnitude,
or if an integer output differs. Dynamic dimensions without --dim become 1, and integer inputs that must be constants are set; stderr says so.
With several models, each takes the --dim and --set that concern it.

Examples:
  opine model compare models/zoo
  opine model compare a.onnx b.onnx --runs 10 --json
  opine model compare speech.onnx --dim batch=1 --dim samples=576 --set rate=16000`,
    )
    .action(async (paths: readonly string[], options: Options) => {
      const models: Comparison[] = []
      const files = findModels(paths)
      for (const [index, file] of files.entries()) {
        progress(`${index + 1} of ${files.length}: ${file}`)
        models.push(await compareModel(file, options, progress))
      }
      if (options.json) printJson({ models })
      else print(...report(models))
      if (!models.every(({ ok }) => ok)) process.exitCode = 1
    })

function report(models: readonly Comparison[]): string[] {
  const columns = [
    'model',
    'operators',
    'kernels',
    'max error',
    'scaled',
    'onnxruntime',
    'ours',
    'ratio',
    'trace',
    'commitment',
    'program root',
    '',
  ]
  const failed = models.filter(({ ok }) => !ok)
  const sum = (pick: (model: Comparison) => number | null): number => models.reduce((total, model) => total + (pick(model) ?? 0), 0)
  const [ours, theirs] = [sum(({ ms }) => ms), sum(({ onnxruntimeMs }) => onnxruntimeMs)]
  const worst = models.reduce((most, { scaledError }) => Math.max(most, scaledError ?? 0), 0)
  return [
    ...table([columns, ...models.map(rowOf)]),
    ...failed.map(({ file, error }) => `FAILED  ${file}: ${error}`),
    `${models.length} models, ${models.length - failed.length} ok, ${failed.length} failed; ${sum(({ operators }) => operators)} operators, ${sum(({ kernels }) => kernels)} kernels; greatest scaled error ${worst.toExponential(2)}; onnxruntime ${milliseconds(theirs)}, ours ${milliseconds(ours)}, ratio ${theirs === 0 ? '-' : (ours / theirs).toFixed(1)}; trace ${grouped(sum(({ traceBytes }) => traceBytes))} bytes, commitment ${milliseconds(sum(({ commitMs }) => commitMs))}`,
  ]
}

const rowOf = (model: Comparison): string[] => [
  model.file,
  shown(model.operators, String),
  shown(model.kernels, String),
  shown(model.maxAbsError, exponential),
  shown(model.scaledError, exponential),
  shown(model.onnxruntimeMs, milliseconds),
  shown(model.ms, milliseconds),
  shown(model.ratio, (ratio) => ratio.toFixed(1)),
  shown(model.traceBytes, grouped),
  shown(model.commitMs, milliseconds),
  model.programRoot ?? '-',
  model.ok ? 'ok' : 'FAILED',
]

const shown = (value: number | null, text: (value: number) => string): string => (value === null ? '-' : text(value))
const exponential = (value: number): string => value.toExponential(2)
const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 2 : 0)} ms`
