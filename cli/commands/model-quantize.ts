import { basename, extname, join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { PROVIDER_CLASSES } from '@opine/models/certify/classes.ts'
import type { ValueInfo } from '@opine/models/onnx/types.ts'
import { calibrate, type Example } from '@opine/models/quantize/calibrate/calibrate.ts'
import { evaluateModel, type Quality } from '@opine/models/quantize/network/evaluate-model.ts'
import type { Network } from '@opine/models/quantize/network/network.ts'
import { networkOf } from '@opine/models/quantize/network/network-of.ts'
import { checkOptions, type ProviderClass, type QuantizeOptions } from '@opine/models/quantize/options.ts'
import { type Quantized, quantizeNetwork } from '@opine/models/quantize/quantizer.ts'
import type { QuantizeReport } from '@opine/models/quantize/report.ts'
import { Command, Option } from 'commander'
import { requireOutputs, writeFile } from '../files.ts'
import { fedInputs } from '../model/bindings.ts'
import { type ImageScale, imageScale } from '../model/image.ts'
import { type ModelOptions, readOnnx, withModelOptions } from '../model/load.ts'
import { whole } from '../options.ts'
import { print, printJson, progress } from '../output.ts'
import { EXAMPLES_HELP, type Examples, readExamples } from '../quantize/examples.ts'
import { reportLines } from '../quantize/report.ts'

type Options = ModelOptions & {
  readonly calibrate: string
  readonly evaluate?: string
  readonly imageScale?: ImageScale
  readonly class: ProviderClass
  readonly weightsBits?: number
  readonly activationBits: number
  readonly out?: string
  readonly report?: string
  readonly json?: true
}

/** Of calibration examples every fifth is held out where no others are given, from so many on. */
const EVERY = 5

export const quantizeCommand = (): Command =>
  withModelOptions(new Command('quantize'))
    .description('turn a float ONNX model into one of exact integers, which every stock runtime calculates alike')
    .argument('<file>', 'ONNX file')
    .requiredOption('--calibrate <dir>', 'folder with inputs such as the model will see')
    .option('--evaluate <dir>', `folder with inputs to compare both models on (default: every ${EVERY}th of those to calibrate on)`)
    .option('--image-scale <factor[,offset]>', 'what becomes of bytes of pictures: byte * factor + offset', imageScale)
    .addOption(
      new Option('--class <name>', 'class of providers that the model shall be exact on: it bounds the operands of products')
        .choices([...PROVIDER_CLASSES])
        .default('tf32' satisfies ProviderClass),
    )
    .option('--weights-bits <n>', 'most bits of a weight, sign included (default: as many as stay exact)', whole(2, 24))
    .option(
      '--activation-bits <n>',
      'bits of what products read, two more where much hangs on few numbers; more than 8 cost four bytes of trace a number',
      whole(2, 12),
      8,
    )
    .option('--out <file>', 'where to write the model (default: NAME.int.onnx in the current folder)')
    .option('--report <file>', 'where to write the report as JSON')
    .option('--json', 'print the report as one JSON object')
    .addHelpText(
      'after',
      `${EXAMPLES_HELP}

Activations get eight bits (where much hangs on few numbers ten), weights as many as keep every sum exact in binary32 whatever its order; scales are powers of two where the runtime could fold
them. LSTM, GRU and RNN are unrolled over the steps that the input has, 512 at most; branches on constants (--set) are chosen. What has no integer form stays in float
and is named with the reason. Models with QuantizeLinear and DequantizeLinear, QLinear operators or
DynamicQuantizeLinear are taken too: as those of floats that they stand for.

Examples:
  opine model quantize models/zoo/digits/digits.onnx --calibrate models/zoo/digits/examples --out digits.int.onnx
  opine model quantize speech.onnx --dim batch=1 --set rate=16000 --calibrate clips/ --evaluate others/
  opine model quantize detector.onnx --calibrate photos/ --image-scale 1/128,-127/128 --class bf16 --report report.json`,
    )
    .action((file: string, options: Options) => {
      const out = options.out ?? join(process.env.INIT_CWD ?? process.cwd(), `${basename(file, extname(file))}.int.onnx`)
      requireOutputs(options.report === undefined ? [out] : [out, options.report], [file])
      const quantizing: QuantizeOptions = {
        providers: options.class,
        activationBits: options.activationBits,
        ...(options.weightsBits === undefined ? {} : { weightsBits: options.weightsBits }),
      }
      checkOptions(quantizing)
      const { model, bytes, dims, bind } = readOnnx(file, options, 'quantize')
      const network = networkOf(model, dims, bind)
      const { sources, calibration, heldOut } = examplesOf(options, network, fedInputs(model.graph))
      const statistics = ofSources(sources, () => calibrate(network, calibration, teller('calibrated on', calibration.length)))
      const quantized = quantizeNetwork(network, statistics, quantizing, calibration)
      const quality = evaluateModel(network, quantized, heldOut ?? calibration, teller('compared on', (heldOut ?? calibration).length))
      writeFile(out, quantized.file)
      const report = reportOf(quantized, quality, options.class, bytes, calibration.length, heldOut !== null)
      if (options.report !== undefined) writeFile(options.report, `${JSON.stringify(withoutInfinities(report), null, 2)}\n`)
      if (options.json) return printJson({ file, out, ...(withoutInfinities(report) as object) })
      print(...reportLines(report), `written to  ${out}`)
    })

/** @property heldOut  null where there are too few to hold any out: then both models are compared on what calibration saw */
type Chosen = { readonly sources: readonly string[]; readonly calibration: readonly Example[]; readonly heldOut: readonly Example[] | null }

function examplesOf(options: Options, { inputs }: Network, fed: readonly ValueInfo[]): Chosen {
  const read = (folder: string): Examples => {
    const tell = teller(`read of ${folder}`)
    return readExamples(folder, inputs, {
      fed: fed.map(({ name }) => name),
      tell,
      ...(options.imageScale ? { scale: options.imageScale } : {}),
    })
  }
  const { examples, sources } = read(options.calibrate)
  if (options.evaluate !== undefined) return { sources, calibration: examples, heldOut: read(options.evaluate).examples }
  if (examples.length < EVERY) return { sources, calibration: examples, heldOut: null }
  const isHeldOut = (index: number): boolean => index % EVERY === EVERY - 1
  const kept = <T>(list: readonly T[]): T[] => list.filter((_, index) => !isHeldOut(index))
  return { sources: kept(sources), calibration: kept(examples), heldOut: examples.filter((_, index) => isHeldOut(index)) }
}

/** An example that is complained of is named by the file that it is from. */
function ofSources<T>(sources: readonly string[], work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const source = cause instanceof OpineError ? sources[Number(cause.details.example)] : undefined
    if (!(cause instanceof OpineError) || source === undefined) throw cause
    const message = cause.message.replace(`example ${cause.details.example}`, source)
    throw new OpineError(cause.code, message, { ...cause.details, path: source }, { cause })
  }
}

function reportOf(
  quantized: Quantized,
  quality: Quality,
  providers: ProviderClass,
  bytes: number,
  calibration: number,
  heldOut: boolean,
): QuantizeReport {
  const { file, layers, left } = quantized
  return {
    ...{ providers, calibration, left, bytes: { float: bytes, quantized: file.length } },
    layers: layers.map((layer) => ({ ...layer, sqnr: quality.layers.get(layer.name) ?? null })),
    quality: { examples: quality.examples, heldOut, outputs: quality.outputs },
  }
}

function teller(what: string, known = 0): (done: number, count?: number) => void {
  let told = performance.now()
  return (done, count = known) => {
    if (performance.now() - told < 2000) return
    told = performance.now()
    progress(`${what} ${done} of ${count} examples`)
  }
}

/** JSON has no infinity: what is exact has null decibels. */
const withoutInfinities = (report: QuantizeReport): unknown =>
  JSON.parse(JSON.stringify(report, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? null : value)))
