import { describe, it } from 'node:test'
import type { NodeSource, TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute } from '@opine/models/onnx/types.ts'
import { type Case, compare, fileOf, int, integers, ints, node, scalar, text } from '../support/onnx-case.ts'
import { randomNumbers } from '../support/run-onnx.ts'

const MOST = 600

/** Movement operators upon movement operators, so that views meet views, with a sum here and there that makes a kernel read two of them. */
function randomCase(seed: number): Case {
  const numbers = randomNumbers(2000, seed)
  const below = (limit: number): number => Math.floor(((numbers.pop()! + 1) / 2) * limit)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const shapes: Record<string, readonly number[]> = { x: [2, 4, 3], i: [2] }
  const nodes: NodeSource[] = []
  const tables: TensorSource[] = []
  const table = (...data: number[]): string => {
    tables.push(integers(`k${tables.length}`, ...data))
    return `k${tables.length - 1}`
  }
  const add = (op: string, inputs: string, shape: readonly number[], attributes: Record<string, Attribute> = {}): void => {
    if (shape.reduce((a, b) => a * b, 1) > MOST) return
    nodes.push(node(op, inputs, `v${nodes.length}`, attributes))
    shapes[`v${nodes.length - 1}`] = shape
  }
  const steps: readonly ((from: string, shape: readonly number[], axis: number) => void)[] = [
    (from, shape, axis) => {
      const start = below(shape[axis]!)
      const step = pick([1, 2, -1, -2])
      const count = step > 0 ? Math.ceil((shape[axis]! - start) / step) : Math.floor(start / -step) + 1
      add('Slice', `${from} ${table(start)} ${table(step > 0 ? 9999 : -9999)} ${table(axis)} ${table(step)}`, shape.with(axis, count))
    },
    (from, shape, axis) => {
      const pads = shape.map((_, dim) => (dim === axis ? [below(3), below(3)] : [0, below(2)])) as [number, number][]
      const fill = `f${tables.length}`
      tables.push(scalar(fill, below(3)))
      const list = table(...pads.map(([before]) => before), ...pads.map(([, after]) => after))
      add(
        'Pad',
        `${from} ${list} ${fill}`,
        shape.map((extent, dim) => extent + pads[dim]![0] + pads[dim]![1]),
      )
    },
    (from, shape, axis) => {
      const mode = pick(['edge', 'reflect', 'wrap'])
      const most = mode === 'edge' ? 3 : shape[axis]!
      const [before, after] = [below(most), below(most)]
      const pads = [...shape.map((_, dim) => (dim === axis ? before : 0)), ...shape.map((_, dim) => (dim === axis ? after : 0))]
      add('Pad', `${from} ${table(...pads)}`, shape.with(axis, shape[axis]! + before + after), { mode: text(mode) })
    },
    (from, shape, axis) => {
      const list = Array.from({ length: 1 + below(5) }, () => below(shape[axis]!))
      add('Gather', `${from} ${table(...list)}`, shape.with(axis, list.length), { axis: int(axis) })
    },
    (from, shape, axis) => {
      if (shape[axis]! >= 2) add('Gather', `${from} i`, shape.with(axis, 2), { axis: int(axis) })
    },
    (from, shape) => {
      const repeats = shape.map(() => 1 + below(2))
      add(
        'Tile',
        `${from} ${table(...repeats)}`,
        shape.map((extent, dim) => extent * repeats[dim]!),
      )
    },
    (from, shape) => {
      const order = shape.map((_, dim) => dim).sort(() => numbers.pop()!)
      add(
        'Transpose',
        from,
        order.map((dim) => shape[dim]!),
        { perm: ints(...order) },
      )
    },
    (from, shape) => {
      const count = shape.reduce((a, b) => a * b, 1)
      const first = pick([2, 3, 4, 6].filter((factor) => count % factor === 0).concat(1))
      add('Reshape', `${from} ${table(first, -1)}`, [first, count / first])
    },
    (from, shape) => {
      if (shape.length >= 2) add('Trilu', `${from} ${table(below(5) - 2)}`, shape, { upper: int(below(2)) })
    },
    (from, shape) => add('Expand', `${from} ${table(2, ...shape)}`, [2, ...shape]),
    (from, shape, axis) => add('Concat', `${from} ${from}`, shape.with(axis, 2 * shape[axis]!), { axis: int(axis) }),
    (from, shape) => {
      const other = Object.keys(shapes).filter((name) => name !== 'i' && shapes[name]!.join() === shape.join())
      add('Add', `${from} ${pick(other)}`, shape)
    },
  ]
  while (nodes.length < 9) {
    const known = Object.keys(shapes).filter((name) => name !== 'i')
    const from = below(4) === 0 ? pick(known) : known.at(-1)!
    const shape = shapes[from]!
    pick(steps)(from, shape, below(shape.length))
  }
  return {
    inputs: { x: [2, 4, 3], i: [2] },
    types: { i: 'i64' },
    feeds: { i: [1, -2] },
    nodes,
    weights: tables,
    outputs: ['v8', 'v5'],
    opset: 19,
  }
}

describe('random graphs of movement operators agree with ONNX Runtime', () => {
  for (let seed = 0; seed < 60; seed += 1) {
    it(`seed ${seed}`, () => {
      const each = randomCase(seed)
      return compare(fileOf(`random ${seed}`, each), seed, each.feeds)
    })
  }
})
