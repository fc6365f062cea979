import { describe, it } from 'node:test'
import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { expect } from 'chai'
import { type Program, product } from '../../ir/types.ts'
import { compile } from '../../lower/compile.ts'
import { encodeModel, type NodeSource, type TensorSource } from '../../onnx/encode.ts'
import type { ElementType } from '../../onnx/types.ts'
import type { ExecutorNote } from '../executors.ts'
import { execute } from '../reference/execute.ts'
import { StockExecutor } from './executor.ts'
import type { OptimisationLevel } from './runtime.ts'

type Input = { readonly type: 'f32' | 'u8' | 'i32'; readonly shape: readonly number[] }

function programOf(input: Input, nodes: readonly NodeSource[], initializers: readonly TensorSource[], type: ElementType): Program {
  const file = encodeModel({
    ...{ name: 'trap', inputs: [{ name: 'x', ...input }], nodes, initializers },
    outputs: [{ name: 'y', type, shape: null }],
  })
  return compile(file).program
}

const node = (op: string, inputs: readonly string[], output: string): NodeSource => ({ op, inputs, outputs: [output] })
const floats = (name: string, shape: readonly number[], data: readonly number[]): TensorSource => ({ name, type: 'f32', shape, data })
const raw = (data: Float32Array | Uint8Array | Int32Array): Uint8Array => new Uint8Array(data.buffer)

/** Runs at every level, wants the reference's bits, and gives why kernels ran canonically, if any did. */
async function expectExact(program: Program, input: Uint8Array): Promise<string[]> {
  const expected = execute(program, [input])
  const notes: ExecutorNote[] = []
  for (const level of ['disabled', 'basic', 'extended', 'all'] satisfies OptimisationLevel[]) {
    const executor = new StockExecutor({ providers: ['cpu'], level, threads: 1 })
    const found = await executor.execute(program, [input])
    expected.forEach((bytes, kernel) => {
      expect(equalBytes(found[kernel]!, bytes), `kernel ${kernel}, ${level}`).to.equal(true)
    })
    notes.push(...executor.notes())
    await executor.close()
  }
  expect(notes.filter(({ event, fields }) => event === 'providerRefused' || 'defect' in fields)).to.deep.equal([])
  return notes.flatMap(({ fields }) => (typeof fields.first === 'string' ? [fields.first] : []))
}

/** `x` as whole numbers 0 .. 255. */
const WHOLE: readonly NodeSource[] = [node('Floor', ['x'], 'floor'), node('Clip', ['floor', 'low', 'high'], 'whole')]
const LIMITS = [floats('low', [], [0]), floats('high', [], [255])]
const drawn = (count: number): Uint8Array => raw(Float32Array.from({ length: count }, (_, i) => (i * 7919) % 256))

describe('traps of stock runtimes', () => {
  const scaled = (scale: number): Program =>
    programOf(
      { type: 'f32', shape: [1, 4, 6, 6] },
      [
        ...WHOLE,
        node('Conv', ['whole', 'w'], 'c'),
        node('Mul', ['c', 's'], 'm'),
        node('Round', ['m'], 'r'),
        node('Clip', ['r', 'low', 'high'], 'y'),
      ],
      [
        ...LIMITS,
        floats(
          'w',
          [3, 4, 3, 3],
          Array.from({ length: 108 }, (_, i) => ((i * 37) % 255) - 127),
        ),
        floats('s', [], [scale]),
      ],
      'f32',
    )

  it('scale folding: a power of two is folded into the weights and changes nothing', async () => {
    expect(await expectExact(scaled(1 / 512), drawn(144))).to.deep.equal([])
  })

  it('scale folding: any other scale is left to the canonical executor', async () => {
    const reasons = await expectExact(scaled(0.0037), drawn(144))
    expect(reasons[0]).to.match(/^kernel 1: .*bits more/)
  })

  it('signed zero: a sum of products that are all -0 is +0, as the reference has it', async () => {
    const program = programOf(
      { type: 'f32', shape: [2, 8] },
      [...WHOLE, node('MatMul', ['whole', 'w'], 'y')],
      [
        ...LIMITS,
        floats(
          'w',
          [8, 5],
          Array.from({ length: 40 }, (_, i) => -1 - i),
        ),
      ],
      'f32',
    )
    expect(await expectExact(program, raw(new Float32Array(16)))).to.deep.equal([])
  })

  it('signed zero: what may be stored as -0 is left to the canonical executor', async () => {
    const program = programOf(
      { type: 'f32', shape: [64] },
      [...WHOLE, node('Sub', ['whole', 'high'], 'below'), node('Mul', ['below', 's'], 'm'), node('Round', ['m'], 'y')],
      [...LIMITS, floats('s', [], [1 / 16])],
      'f32',
    )
    const reasons = await expectExact(program, drawn(64))
    expect(reasons).to.have.length(4)
    const bytes = execute(program, [raw(new Float32Array(64).fill(252))]).at(-1)!
    expect(new DataView(bytes.buffer).getUint32(0, true), 'Round(-3/16)').to.equal(0x80000000)
  })

  it('saturation: products of bytes that leave 16 bits are added up as floats', async () => {
    const integer = (name: string, type: 'u8' | 'i8', shape: readonly number[], value: number): TensorSource => ({
      name,
      type,
      shape,
      data: Array(product(shape)).fill(value),
    })
    const program = programOf(
      { type: 'u8', shape: [4, 64] },
      [node('MatMulInteger', ['x', 'w'], 'y')],
      [integer('w', 'i8', [64, 8], -128)],
      'i32',
    )
    const reasons = await expectExact(program, new Uint8Array(256).fill(255))
    expect(reasons).to.deep.equal([])
    const bytes = execute(program, [new Uint8Array(256).fill(255)])[0]!
    expect(new DataView(bytes.buffer).getInt32(0, true)).to.equal(-128 * 255 * 64)
  })

  it('flush to zero: where a subnormal number may occur, the canonical executor runs', async () => {
    const tiny = 2 ** -140
    const program = programOf(
      { type: 'f32', shape: [64] },
      [...WHOLE, node('Mul', ['whole', 'tiny'], 'small'), node('Mul', ['small', 'huge'], 'y')],
      [...LIMITS, floats('tiny', [], [tiny]), floats('huge', [], [2 ** 100])],
      'f32',
    )
    const reasons = await expectExact(program, drawn(64))
    expect(reasons).to.have.length(4)
  })

  it('tables: positions that other values give, in range and out of it', async () => {
    const table = floats(
      'table',
      [200],
      Array.from({ length: 200 }, (_, i) => (i * 37) % 100),
    )
    const program = programOf(
      { type: 'f32', shape: [64] },
      [...WHOLE, { op: 'Cast', inputs: ['whole'], outputs: ['at'], attributes: { to: { int: 6 } } }, node('Gather', ['table', 'at'], 'y')],
      [...LIMITS, table],
      'f32',
    )
    expect(await expectExact(program, drawn(64))).to.deep.equal([])
  })

  for (const [shape, axis] of [
    [[200, 3], 0],
    [[3, 200], 1],
  ] as const) {
    it(`tables: rows and columns that other values point at, axis ${axis}`, async () => {
      const table = floats(
        'table',
        shape,
        Array.from({ length: 600 }, (_, i) => (i * 37) % 100),
      )
      const program = programOf(
        { type: 'f32', shape: [64] },
        [
          ...WHOLE,
          { op: 'Cast', inputs: ['whole'], outputs: ['at'], attributes: { to: { int: 6 } } },
          { op: 'Gather', inputs: ['table', 'at'], outputs: ['y'], attributes: { axis: { int: axis } } },
        ],
        [...LIMITS, table],
        'f32',
      )
      expect(await expectExact(program, drawn(64))).to.deep.equal([])
    })
  }

  it('tables: positions that lie otherwise than their readers see them', async () => {
    const table = floats(
      'table',
      [256],
      Array.from({ length: 256 }, (_, i) => (i * 37) % 100),
    )
    const program = programOf(
      { type: 'f32', shape: [32, 2] },
      [
        ...WHOLE,
        { op: 'ReduceMax', inputs: ['whole'], outputs: ['most'], attributes: { axes: { ints: [1] } } },
        node('Sub', ['most', 'whole'], 'less'),
        { op: 'Cast', inputs: ['less'], outputs: ['at'], attributes: { to: { int: 6 } } },
        node('Gather', ['table', 'at'], 'y'),
      ],
      [...LIMITS, table],
      'f32',
    )
    expect(await expectExact(program, drawn(64))).to.deep.equal([])
  })

  it('storage: integers beyond a signed byte keep their low bits', async () => {
    const program = programOf(
      { type: 'f32', shape: [64] },
      [...WHOLE, node('Mul', ['whole', 'three'], 'more'), { op: 'Cast', inputs: ['more'], outputs: ['y'], attributes: { to: { int: 3 } } }],
      [...LIMITS, floats('three', [], [3])],
      'i8',
    )
    expect(await expectExact(program, drawn(64))).to.deep.equal([])
  })

  /** Beyond what binary32 tells apart, to the ends of what there is. */
  const wide = raw(Int32Array.from({ length: 16 }, (_, i) => [0x7fffffff - i, -0x80000000 + i, 0x1000001 + 2 * i, i - 8][i % 4]!))
  const integers = (nodes: readonly NodeSource[], initializers: readonly TensorSource[] = [], type: ElementType = 'i32'): Program =>
    programOf({ type: 'i32', shape: [4, 4] }, nodes, initializers, type)

  it('integers: those that binary32 does not tell apart keep all their bits', async () => {
    const turned = integers([{ op: 'Transpose', inputs: ['x'], outputs: ['y'], attributes: { perm: { ints: [1, 0] } } }])
    expect(await expectExact(turned, wide)).to.deep.equal([])
    const joint = integers([{ op: 'Concat', inputs: ['x', 'x'], outputs: ['y'], attributes: { axis: { int: 0 } } }])
    expect((await expectExact(joint, wide))[0]).to.match(/copies integers that binary32 may not tell apart/)
  })

  it('integers: positions in tables are any numbers, negative ones from the end', async () => {
    const table = floats(
      'table',
      [7, 3],
      Array.from({ length: 21 }, (_, i) => i),
    )
    const program = integers([node('Gather', ['table', 'x'], 'y')], [table], 'f32')
    expect(await expectExact(program, wide)).to.deep.equal([])
  })

  it('storage: integers beyond a byte keep their low bits', async () => {
    const program = programOf(
      { type: 'f32', shape: [64] },
      [...WHOLE, node('Mul', ['whole', 'three'], 'more'), { op: 'Cast', inputs: ['more'], outputs: ['y'], attributes: { to: { int: 2 } } }],
      [...LIMITS, floats('three', [], [3])],
      'u8',
    )
    await expectExact(program, drawn(64))
  })
})
