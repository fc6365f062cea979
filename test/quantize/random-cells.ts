import { certifyProgram } from '@opine/models/certify/certify.ts'
import { PROVIDER_CLASSES } from '@opine/models/certify/classes.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { execute as wasm } from '@opine/models/exec/wasm/execute.ts'
import { Random } from '@opine/models/ir/random.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel, type TensorSource } from '@opine/models/onnx/encode.ts'
import { evaluateModel } from '@opine/models/quantize/network/evaluate-model.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'

const GATES = { LSTM: 4, GRU: 3, RNN: 1 } as const

/** A drawn recurrent network and its inputs: weights, inputs and states of very different sizes. */
function drawCell(seed: number) {
  const random = new Random(seed + 1)
  const one = <T>(items: readonly T[]): T => items[random.below(items.length)]!
  const op = one(['LSTM', 'GRU', 'RNN'] as const)
  const direction = one(['forward', 'reverse', 'bidirectional'])
  const [states, biased, after] = [random.below(2) === 1, random.below(2) === 1, random.below(2)]
  const [steps, items, width, units] = [1 + random.below(6), 1 + random.below(3), 1 + random.below(9), 1 + random.below(20)]
  const [directions, rows] = [direction === 'bidirectional' ? 2 : 1, GATES[op] * units]
  const size = {
    w: one([0.05, 0.5, 1, 4]),
    r: one([0.02, 0.5, 1, 3]),
    x: one([0.01, 1, 1, 50]),
    c: one([0.5, 1, 4, 30]),
    b: one([0.1, 1, 3]),
  }
  const initializers: TensorSource[] = []
  const tensor = (name: 'w' | 'r' | 'b', shape: readonly number[]): string => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (random.between(-1000, 1000) / 1000) * size[name])
    initializers.push({ name, type: 'f32', shape, data })
    return name
  }
  const given = states ? (op === 'LSTM' ? ['h', 'c'] : ['h']) : []
  const last = op === 'LSTM' ? ['last.h', 'last.c'] : ['last.h']
  const state = (name: string) => ({ name, type: 'f32' as const, shape: [directions, items, units] })
  const parameters = [
    tensor('w', [directions, rows, width]),
    tensor('r', [directions, rows, units]),
    biased ? tensor('b', [directions, 2 * rows]) : '',
  ]
  const file = encodeModel({
    name: 'cell',
    opset: one([9, 13, 17, 21]),
    inputs: [{ name: 'x', type: 'f32', shape: [steps, items, width] }, ...given.map(state)],
    outputs: [{ name: 'y', type: 'f32', shape: [steps, directions, items, units] }, ...last.map(state)],
    nodes: [
      {
        op,
        name: 'cell',
        inputs: ['x', ...parameters, '', ...given],
        outputs: ['y', ...last],
        attributes: {
          hidden_size: { int: units },
          direction: { string: direction },
          ...(op === 'GRU' && { linear_before_reset: { int: after } }),
        },
      },
    ],
    initializers,
  })
  const draw = (own: number): Uint8Array[] => {
    const values = new Random(9000 + own)
    const floats = (count: number, most: number): Uint8Array =>
      new Uint8Array(Float32Array.from({ length: count }, () => (values.between(-1000, 1000) / 1000) * most).buffer)
    const sizes = [1, size.c].slice(0, given.length)
    return [floats(steps * items * width, size.x), ...sizes.map((most) => floats(directions * items * units, most))]
  }
  const title = `${op} ${direction}, ${steps} x ${items} x ${width}, ${units} units, ${JSON.stringify({ ...size, states, biased, after })}`
  return { model: decodeModel(file), draw, title, providers: one(PROVIDER_CLASSES) }
}

/**
 * Quantises a drawn cell, certifies it, and runs it on usual and on extreme inputs.
 * @returns what is wrong: not certified, or other bits from `wasm` than from `reference`; decibels of each output on what calibration saw
 */
export function tryCell(seed: number): { readonly title: string; readonly wrong: string | null; readonly decibels: readonly number[] } {
  const { model, draw, title, providers } = drawCell(seed)
  const examples = Array.from({ length: 40 }, (_, own) => draw(own))
  const quantized = quantize(model, examples, { providers })
  const { program } = compile(quantized.file)
  const { orderFree, kernels } = certifyProgram(program, { classes: [providers] })
  const decibels = evaluateModel(quantized.network, quantized, examples.slice(0, 10)).outputs.map(({ sqnr }) => sqnr)
  const far = draw(1).map((bytes) => new Uint8Array(new Float32Array(bytes.length / 4).fill(-1e5).buffer))
  const same = [draw(500), far].every((inputs) => {
    const buffers = wasm(program, inputs)
    return reference(program, inputs).every((bytes, kernel) => Buffer.compare(bytes, buffers[kernel]!) === 0)
  })
  const reason = kernels.find(({ verdict }) => verdict === 'refused')?.reason?.detail
  const wrong =
    quantized.left.length > 0 ? 'something is left in float' : !orderFree ? `refused: ${reason}` : same ? null : 'wasm and reference differ'
  return { title: `seed ${seed}: ${title}, ${providers}`, wrong, decibels }
}
