import { OpineError } from '@opine/dispute-game/errors.ts'
import { describeKernel } from '@opine/models/ir/dump.ts'
import type { ModelInterface, Program } from '@opine/models/ir/types.ts'
import { isProgramFile } from '@opine/models/load.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { Command } from 'commander'
import { compileWithDefaults } from '../compare/defaults.ts'
import { findModels } from '../compare/find.ts'
import { readFile } from '../files.ts'
import { externalFiles } from '../model/external-files.ts'
import { indexBounds } from '../model/index-bounds.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { randomInputs } from '../model/random-inputs.ts'
import { whole } from '../options.ts'
import { grouped, print, printJson, progress, table } from '../output.ts'
import { replay } from '../replay.ts'
import { type Replay, STEP_GAS_CAP } from '../replay-summary.ts'

type Options = ModelOptions & { readonly steps: number; readonly allKernels?: boolean; readonly seed: number; readonly json?: true }
type Replayed = { readonly file: string; readonly seconds: number } & (
  | { readonly program: Program; readonly result: Replay }
  | { readonly error: string }
)

/** How often progress is told, in steps. */
const TELL_EVERY = 200

export const replayCommand = (): Command =>
  withModelOptions(new Command('replay'))
    .description('have the contract recompute steps of real runs, and compare them bit for bit')
    .argument('<path...>', 'ONNX files, program files, or folders that are searched for *.onnx')
    .option('--steps <n>', 'how many steps at least for each model; where one run has fewer, more runs follow', whole(1, 1_000_000), 100)
    .option('--all-kernels', 'add steps until every kernel has had every kind, and its dearest elements')
    .option('--seed <n>', 'draws the inputs and the steps', whole(0, 0xffffffff), 1)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Ends with exit code 1 if the contract and the executor differ anywhere, or a step takes more gas than its kernel's certificate says. Gas is that of
whole transactions, calldata included. With several models, each takes the --dim and --set that concern it; what they need and nobody
gave is chosen as by \`model compare\`.

Examples:
  opine model replay models/zoo/digits/digits.onnx --all-kernels
  opine model replay models/zoo --steps 1000 --all-kernels
  opine model replay digits.opine --steps 200 --json`,
    )
    .action(async (paths: readonly string[], { json, ...options }: Options) => {
      const files = findModels(paths)
      const alone = files.length === 1 && files[0] === paths[0]
      const models: Replayed[] = []
      for (const file of files) models.push(await replayFile(file, options, alone))
      if (!models.every((model) => 'result' in model && isGood(model.result))) process.exitCode = 1
      if (json) printJson(alone ? jsonOf(models[0]!) : { models: models.map(jsonOf) })
      else if (alone) print(...reportOf(models[0]!))
      else print(...table([COLUMNS, ...models.map(rowOf)]), ...models.flatMap(complaints))
    })

const isGood = ({ mismatches, exceeded }: Replay): boolean => mismatches.length === 0 && exceeded.length === 0

async function replayFile(file: string, options: Options, alone: boolean): Promise<Replayed> {
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  try {
    const { program, interface: ports } = programOf(file, options)
    progress(`${file}: running the model, then its steps on an embedded chain`)
    const bounds = indexBounds(program)
    const inputsOf = (run: number): Uint8Array[] => randomInputs(ports.inputs, options.seed + run, bounds)
    const onStep = (done: number): void => {
      if (done % TELL_EVERY === 0) progress(`${done} steps`)
    }
    const { steps, seed, allKernels = false } = options
    const result = await replay(program, inputsOf(0), { steps, seed, allKernels, moreInputs: inputsOf, onStep })
    return { file, seconds: seconds(), program, result }
  } catch (error) {
    if (alone || !(error instanceof OpineError)) throw error
    return { file, seconds: seconds(), error: error.message }
  }
}

function programOf(file: string, options: ModelOptions): { readonly program: Program; readonly interface: ModelInterface } {
  const bytes = readFile(file)
  if (isProgramFile(bytes)) return readModel(file, options)
  const prepared = compileWithDefaults(decodeModel(bytes, externalFiles(file)), options)
  if (prepared.notes.length > 0) progress(`${file}: ${prepared.notes.join(', ')}`)
  return prepared
}

function jsonOf(model: Replayed): object {
  const { file, seconds } = model
  if ('error' in model) return { file, seconds, error: model.error }
  const { mismatches, ...result } = model.result
  return { file, seconds, ...result, mismatches: mismatches.length, differences: mismatches }
}

const COLUMNS = ['model', 'steps', 'mismatches', 'kernels', 'gas median', 'gas max', 'certificate', 'slack', 'calldata max', 'seconds', '']

function rowOf(model: Replayed): string[] {
  if ('error' in model) return [model.file, '-', '-', '-', '-', '-', '-', '-', '-', model.seconds.toFixed(1), 'FAILED']
  const { steps, mismatches, gas, certificate, slack, witnessBytes, kernels } = model.result
  return [
    model.file,
    String(steps),
    String(mismatches.length),
    String(kernels.length),
    grouped(gas.median),
    grouped(gas.max),
    grouped(certificate),
    percent(slack),
    grouped(witnessBytes.max),
    model.seconds.toFixed(1),
    isGood(model.result) ? 'ok' : 'FAILED',
  ]
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function complaints(model: Replayed): string[] {
  if ('error' in model) return [`FAILED  ${model.file}: ${model.error}`]
  const { mismatches, exceeded, kinds, impossible } = model.result
  const missed = Object.entries(kinds).flatMap(([kind, count]) => (count === 0 && !impossible.some((none) => none === kind) ? [kind] : []))
  return [
    ...mismatches.slice(0, 10).map((mismatch) => `${model.file}: mismatch: ${JSON.stringify(mismatch)}`),
    ...exceeded.map(
      ({ kernel, gasMax, certificate }) => `${model.file}: k${kernel} took ${gasMax} gas, its certificate says ${certificate}`,
    ),
    ...(missed.length > 0 ? [`${model.file}: no step was of kind ${missed.join(', ')}; take more`] : []),
  ]
}

function reportOf(model: Replayed): string[] {
  if ('error' in model) return complaints(model)
  const { program, result } = model
  const { steps, mismatches, gas, witnessBytes, kinds, impossible, certificate, slack } = result
  const rows = result.kernels.map(({ kernel, steps, gasMedian, gasMax, certificate }) => [
    `k${kernel}`,
    String(steps),
    grouped(gasMedian),
    grouped(gasMax),
    grouped(certificate),
    percent(certificate / gasMax - 1),
    describeKernel(program.kernels[kernel]!),
  ])
  const seen = Object.entries(kinds).filter(([kind]) => !impossible.some((none) => none === kind))
  return [
    ...table([['kernel', 'steps', 'gas median', 'gas max', 'certificate', 'slack', 'what'], ...rows]),
    `steps of each kind: ${seen.map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    ...(impossible.length > 0 ? [`this model has none of: ${impossible.join(', ')}`] : []),
    `${steps} steps, ${mismatches.length} mismatches; gas ${grouped(gas.median)} median, ${grouped(gas.max)} greatest, certificate ${grouped(certificate)}, median slack ${percent(slack)}; calldata ${grouped(witnessBytes.median)} bytes median, ${grouped(witnessBytes.max)} greatest`,
    ...(gas.max > STEP_GAS_CAP ? [`the greatest is above ${grouped(STEP_GAS_CAP)}`] : []),
    ...complaints(model),
  ]
}
