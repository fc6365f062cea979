import { Random } from '@opine/models/ir/random.ts'
import { encodeModel, type NodeSource, type TensorSource } from '@opine/models/onnx/encode.ts'

/**
 * @property states      whether the initial states are inputs
 * @property lengths     of the two sequences
 * @property attributes  those of the recurrent node beyond its size
 */
export type RecurrentForm = {
  readonly op: 'LSTM' | 'GRU' | 'RNN'
  readonly direction: 'forward' | 'reverse' | 'bidirectional'
  readonly states: boolean
  readonly biased: boolean
  readonly after?: boolean
  readonly attributes?: NodeSource['attributes']
  readonly opset?: number
  readonly lengths?: readonly number[]
  readonly steps?: number
}

export const STEPS = 12
export const ITEMS = 2
export const WIDTH = 6
export const UNITS = 16
const GATES = { LSTM: 4, GRU: 3, RNN: 1 } as const

/**
 * A recurrent layer and a dense one on each of its steps, with drawn weights. Inputs `x` [12, 2, 6] and, with `states`, `h` (and `c`) [D, 2, 16]; outputs
 * `scores` [12, 2, 5] and the last states.
 */
export function recurrentNetwork({
  op,
  direction,
  states,
  biased,
  after = false,
  attributes = {},
  opset = 17,
  lengths,
  steps = STEPS,
}: RecurrentForm): Uint8Array {
  const random = new Random(23)
  const directions = direction === 'bidirectional' ? 2 : 1
  const rows = GATES[op] * UNITS
  const initializers: TensorSource[] = []
  const weights = (name: string, shape: readonly number[], size: number): string => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (random.between(-1000, 1000) / 1000) * size)
    initializers.push({ name, type: 'f32', shape, data })
    return name
  }
  initializers.push({ name: 'flat', type: 'i64', shape: [3], data: [steps, ITEMS, directions * UNITS] })
  if (lengths) initializers.push({ name: 'lengths', type: 'i32', shape: [ITEMS], data: lengths })
  const given = states ? (op === 'LSTM' ? ['h', 'c'] : ['h']) : []
  const last = op === 'LSTM' ? ['last.h', 'last.c'] : ['last.h']
  const parameters = [weights('w', [directions, rows, WIDTH], 0.8), weights('r', [directions, rows, UNITS], 0.5)]
  const bias = biased ? weights('b', [directions, 2 * rows], 0.4) : ''
  return encodeModel({
    name: 'recurrent',
    opset,
    inputs: [
      { name: 'x', type: 'f32', shape: [steps, ITEMS, WIDTH] },
      ...given.map((name) => ({ name, type: 'f32' as const, shape: [directions, ITEMS, UNITS] })),
    ],
    outputs: [
      { name: 'scores', type: 'f32', shape: [steps, ITEMS, 5] },
      ...last.map((name) => ({ name, type: 'f32' as const, shape: [directions, ITEMS, UNITS] })),
    ],
    nodes: [
      {
        op,
        name: 'cell',
        inputs: ['x', ...parameters, bias, lengths ? 'lengths' : '', ...given],
        outputs: ['y', ...last],
        attributes: {
          hidden_size: { int: UNITS },
          direction: { string: direction },
          ...(op === 'GRU' ? { linear_before_reset: { int: after ? 1 : 0 } } : {}),
          ...attributes,
        },
      },
      { op: 'Transpose', name: 'turned', inputs: ['y'], outputs: ['turned'], attributes: { perm: { ints: [0, 2, 1, 3] } } },
      { op: 'Reshape', name: 'rows', inputs: ['turned', 'flat'], outputs: ['rows'] },
      { op: 'MatMul', name: 'scores', inputs: ['rows', weights('y.one', [directions * UNITS, 5], 0.3)], outputs: ['scores'] },
    ],
    initializers,
  })
}

/** Inputs of the network, in order: `x` in -2 .. 2, states in -1 .. 1, cells in -2 .. 2. */
export function drawSequence({ op, direction, states, steps = STEPS }: RecurrentForm, seed: number): Uint8Array[] {
  const random = new Random(seed)
  const draw = (count: number, size: number): Uint8Array =>
    new Uint8Array(Float32Array.from({ length: count }, () => (random.between(-1000, 1000) / 1000) * size).buffer)
  const state = (direction === 'bidirectional' ? 2 : 1) * ITEMS * UNITS
  return [draw(steps * ITEMS * WIDTH, 2), ...(states ? [draw(state, 1), ...(op === 'LSTM' ? [draw(state, 2)] : [])] : [])]
}
