import { describeKernel } from '@opine/models/ir/dump.ts'
import { Command } from 'commander'
import { indexBounds } from '../model/index-bounds.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { randomInputs } from '../model/random-inputs.ts'
import { whole } from '../options.ts'
import { grouped, print, printJson, progress, table } from '../output.ts'
import { replay } from '../replay.ts'

type Options = ModelOptions & { readonly steps: number; readonly allKernels?: boolean; readonly seed: number; readonly json?: true }

/** How often progress is told, in steps. */
const TELL_EVERY = 50

export const replayCommand = (): Command =>
  withModelOptions(new Command('replay'))
    .description('have the contract recompute steps of a real run, and compare them bit for bit')
    .argument('<file>', 'ONNX file or program file')
    .option('--steps <n>', 'how many steps', whole(1, 1_000_000), 100)
    .option('--all-kernels', 'add steps until every kernel has had every kind')
    .option('--seed <n>', 'draws the inputs and the steps', whole(0, 0xffffffff), 1)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Ends with exit code 1 if the contract and the executor differ anywhere. Gas is that of whole transactions, calldata included.

Examples:
  opine model replay models/zoo/digits/digits.onnx --all-kernels
  opine model replay digits.opine --steps 200 --json`,
    )
    .action(async (file: string, { steps, seed, allKernels = false, ...options }: Options) => {
      const { program, interface: ports } = readModel(file, options)
      progress('running the model, then its steps on an embedded chain')
      const onStep = (done: number, of: number): void => {
        if (done % TELL_EVERY === 0 || done === of) progress(`${done} of ${of} steps`)
      }
      const result = await replay(program, randomInputs(ports.inputs, seed, indexBounds(program)), { steps, seed, allKernels, onStep })
      const { mismatches, gas, witnessBytes } = result
      if (mismatches.length > 0) process.exitCode = 1
      if (options.json) {
        printJson({ ...result, mismatches: mismatches.length, differences: mismatches })
        return
      }
      const rows = result.kernels.map((kernel) => [
        `k${kernel.kernel}`,
        String(kernel.steps),
        grouped(kernel.gasMedian),
        grouped(kernel.gasMax),
        describeKernel(program.kernels[kernel.kernel]!),
      ])
      print(
        ...table([['kernel', 'steps', 'gas median', 'gas max', 'what'], ...rows]),
        `${result.steps} steps, ${mismatches.length} mismatches; gas ${grouped(gas.median)} median, ${grouped(gas.max)} greatest; calldata ${grouped(witnessBytes.median)} bytes median, ${grouped(witnessBytes.max)} greatest`,
        ...mismatches.slice(0, 10).map((mismatch) => `mismatch: ${JSON.stringify(mismatch)}`),
      )
    })
