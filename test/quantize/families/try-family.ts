import { OpineError } from '@opine/dispute-game/errors.ts'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { StockExecutor } from '@opine/models/exec/onnxruntime/executor.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { evaluateModel } from '@opine/models/quantize/network/evaluate-model.ts'
import type { ProviderClass } from '@opine/models/quantize/options.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import type { Left } from '@opine/models/quantize/report.ts'
import { differingBits } from '../../onnxruntime/bits.ts'
import type { Family } from './all.ts'

/**
 * @property refused   code and message where quantising is refused
 * @property sqnr      decibels of each output
 * @property certified of so many kernels
 * @property reasons   why kernels are not certified, each once
 * @property stock     kernels that the stock runtime ran
 * @property bits      that differ between `reference` and the stock runtime, quantised model and float model
 * @property notes     what the executor warned of
 */
export type Tried = {
  readonly refused: string | null
  readonly sqnr: readonly number[]
  readonly left: readonly Left[]
  readonly certified: number
  readonly kernels: number
  readonly reasons: readonly string[]
  readonly stock: number
  readonly bits: number
  readonly notes: readonly string[]
}

const HELD_OUT = 8

/** Quantises a network on `calibration` drawn inputs, certifies it, and runs it on `inputs` others and at the ends of what floats may be. */
export async function tryFamily({ net }: Family, calibration: number, inputs: number, providers: ProviderClass = 'tf32'): Promise<Tried> {
  const drawn = net()
  const file = drawn.file()
  const draw = (from: number, count: number): Uint8Array[][] => Array.from({ length: count }, (_, index) => drawn.example(from + index))
  const none = { sqnr: [], left: [], certified: 0, kernels: 0, reasons: [], stock: 0, bits: 0, notes: [] }
  let quantized: ReturnType<typeof quantize>
  try {
    quantized = quantize(decodeModel(file), draw(0, calibration), { providers })
  } catch (error) {
    if (!(error instanceof OpineError)) throw error
    // Then the float model at least runs as it is.
    const ran = await compare(compile(file).program, draw(9000, inputs))
    return { ...none, ...ran, refused: `${error.code}: ${error.message}` }
  }
  const { outputs } = evaluateModel(quantized.network, quantized, draw(5000, HELD_OUT))
  const { program } = compile(quantized.file)
  const { kernels } = certifyProgram(program, { classes: [providers] })
  const far = [1e4, -1e4].map((value) =>
    drawn.example(0).map((bytes, at) => (program.inputs[at]!.type === 'f32' ? filled(bytes, value) : bytes)),
  )
  const ran = await compare(program, [...draw(9000, inputs), ...far])
  return {
    refused: null,
    sqnr: outputs.map(({ sqnr }) => sqnr),
    left: quantized.left,
    certified: kernels.filter(({ verdict }) => verdict === 'orderFree').length,
    kernels: kernels.length,
    reasons: [...new Set(kernels.flatMap(({ reason, index, op }) => (reason ? [`${index} ${op}: ${reason.rule}: ${reason.detail}`] : [])))],
    ...ran,
  }
}

const filled = (bytes: Uint8Array, value: number): Uint8Array => new Uint8Array(new Float32Array(bytes.length / 4).fill(value).buffer)

/** A program by the definition and on the stock runtime, all buffers. */
async function compare(program: Program, inputs: readonly (readonly Uint8Array[])[]): Promise<Pick<Tried, 'stock' | 'bits' | 'notes'>> {
  const executor = new StockExecutor({ providers: ['cpu'], threads: 1 })
  let bits = 0
  for (const own of inputs) {
    const expected = reference(program, own)
    const found = await executor.execute(program, own)
    for (const [kernel, bytes] of expected.entries()) bits += differingBits(bytes, found[kernel]!)
  }
  const notes = executor.notes()
  await executor.close()
  const chosen = notes.find(({ event }) => event === 'executorChosen')
  const stock = chosen && chosen.fields.provider !== 'wasm' ? program.kernels.length - Number(chosen.fields.canonicalKernels ?? 0) : 0
  return {
    stock,
    bits,
    notes: notes.filter(({ level }) => level === 'warn').map(({ event, fields }) => `${event} ${JSON.stringify(fields)}`),
  }
}
