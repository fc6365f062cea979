import { unpackValues } from '@opine/client/values.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { formatFloat } from '@opine/models/ir/describe.ts'
import { inputRoot, traceTree } from '@opine/models/trace/commit.ts'
import { traceOfBuffers } from '@opine/models/trace/trace.ts'
import { Command } from 'commander'
import { EXECUTORS, type ExecutorName, executorOption, mostThreads, tellKernels } from '../model/executors.ts'
import { portText } from '../model/input-file.ts'
import { INPUT_HELP, type InputOptions, readInputs, withInputOptions } from '../model/inputs.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { nowhereSalt } from '../model/salt.ts'
import { whole } from '../options.ts'
import { print, printJson, progress } from '../output.ts'

type Options = ModelOptions & InputOptions & { readonly executor: ExecutorName; readonly threads: number; readonly json?: true }

export const runCommand = (): Command =>
  withInputOptions(withModelOptions(new Command('run')))
    .description('run a model: its outputs, and the roots that it commits to')
    .argument('<file>', 'ONNX file or program file')
    .addOption(executorOption())
    .option(
      '--threads <n>',
      'threads of the executor, where it has several; all cores, 8 at most, if left out',
      whole(1, 256),
      mostThreads(),
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `${INPUT_HELP}

The trace root is salted for chain 0, oracle 0, request 0 and account 0: two machines that agree on it agree on every committed kernel.

Examples:
  opine model run models/zoo/digits/digits.onnx --random 7
  opine model run models/zoo/digits/digits.onnx --input image=seven.npy --json
  opine model run models/zoo/digits/digits.onnx --input seven.png
  opine model run speech.onnx --dim samples=576 --set rate=16000 --input inputs.npz`,
    )
    .action(async (file: string, options: Options) => {
      const { root: programRoot, program, interface: ports } = readModel(file, options)
      const inputs = readInputs(program, ports, options)
      const start = performance.now()
      const execute = EXECUTORS[options.executor](options.threads, tellKernels(program.kernels.length, progress))
      const trace = traceOfBuffers(program, inputs, await execute(program, inputs))
      const milliseconds = Math.round(performance.now() - start)
      const roots = {
        programRoot,
        inputRoot: toHex(inputRoot(program, inputs)),
        traceRoot: toHex(rootOf(traceTree(trace, nowhereSalt()))),
      }
      const outputs = ports.outputs.map((port, index) => {
        const bytes = trace.buffers[program.outputs[index]!]!
        return { ...port, bytes, values: unpackValues(port.type, bytes) }
      })
      if (options.json) {
        const plain = outputs.map(({ bytes, values, ...port }) => ({ ...port, values: values.map(jsonNumber), hex: toHex(bytes) }))
        return printJson({ file, ...roots, outputs: plain, milliseconds })
      }
      print(
        ...outputs.map((output) => `${output.name}  ${portText(output)}\n  ${preview(output.values)}`),
        `program root  ${roots.programRoot}`,
        `input root    ${roots.inputRoot}`,
        `trace root    ${roots.traceRoot}`,
        `time          ${milliseconds} ms`,
      )
    })

/** JSON has neither infinities nor NaN. */
const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

function preview(values: readonly number[]): string {
  const shown = values.slice(0, 16).map(formatFloat).join('  ')
  return values.length > 16 ? `${shown}  ... (${values.length} values; --json prints all)` : shown
}
