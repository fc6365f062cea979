import { describe, it } from 'node:test'
import { expect } from 'chai'
import type { Kernel, Program } from '../../ir/types.ts'
import { bitsOf, fromBits } from '../../numerics/bits.ts'
import { bufferReader, execute } from './execute.ts'
import { axis, code, floats, indexedAxis, kernel, load, program, sampleImage, sampleNetwork, weights } from './sample.ts'

const round = Math.fround
const raw = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
const asFloats = (bytes: Uint8Array): number[] => [...new Float32Array(bytes.slice().buffer)]
const asInts = (bytes: Uint8Array): number[] => [...new Int32Array(bytes.slice().buffer)]

/** The buffer of the only kernel over one `f32` input. */
const runOne = (input: readonly number[], only: Kernel): Uint8Array =>
  execute(program([{ type: 'f32', count: input.length }], [], [only]), [raw(input)])[0]!

describe('reference executor', () => {
  it('convolves like nested loops', () => {
    const [height, width, channels, filters] = [5, 7, 3, 4]
    const image = weights(height * width * channels, 5)
    const filter = weights(filters * 9 * channels, 6)
    const pixels = [axis(5, 21, -1, [0, 2], [3, 1]), axis(7, 3, -1, [1, 2], [4, 1]), axis(3, 1, 0, [5, 1])]
    const taps = [axis(4, 27, 0, [2, 1]), axis(3, 9, 0, [3, 1]), axis(3, 3, 0, [4, 1]), axis(3, 1, 0, [5, 1])]
    const conv = kernel({
      shape: [3, 4, 4],
      reduce: { op: 'sum', extents: [3, 3, 3], block: 27 },
      loads: [load(0, pixels), load(1, taps)],
      term: code('load 0 load 1 f32.mul'),
      result: code('fold'),
    })
    const net = program([{ type: 'f32', count: image.length }], [floats(filter)], [conv])
    const expected: number[] = []
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 4; x++)
        for (let f = 0; f < filters; f++) {
          let sum = 0
          for (let i = 0; i < 3; i++)
            for (let j = 0; j < 3; j++)
              for (let c = 0; c < channels; c++) {
                const [row, column] = [2 * y + i - 1, 2 * x + j - 1]
                const inside = row >= 0 && row < height && column >= 0 && column < width
                const pixel = inside ? image[(row * width + column) * channels + c]! : 0
                sum = round(sum + round(pixel * filter[f * 27 + i * 9 + j * 3 + c]!))
              }
          expected.push(sum)
        }
    expect(asFloats(execute(net, [raw(image)])[0]!)).to.deep.equal(expected)
  })

  it('multiplies matrices block by block, the last block short', () => {
    const [rows, depth, columns, block] = [3, 21, 2, 8]
    const a = weights(rows * depth, 7).map((value) => round(value / 3))
    const b = weights(columns * depth, 8).map((value) => round(value / 7))
    const matmul = kernel({
      shape: [rows, columns],
      reduce: { op: 'sum', extents: [depth], block },
      loads: [load(0, [axis(3, 21, 0, [0, 1]), axis(21, 1, 0, [2, 1])]), load(1, [axis(2, 21, 0, [1, 1]), axis(21, 1, 0, [2, 1])])],
      term: code('load 0 load 1 f32.mul'),
      result: code('fold'),
    })
    const net = program([{ type: 'f32', count: a.length }], [floats(b)], [matmul])
    const dot = (terms: readonly number[]): number => terms.reduce((sum, term) => round(sum + term), 0)
    let ordersDiffer = false
    const expected = Array.from({ length: rows * columns }, (_, element) => {
      const [i, j] = [Math.floor(element / columns), element % columns]
      const terms = Array.from({ length: depth }, (_, t) => round(a[i * depth + t]! * b[j * depth + t]!))
      const blocked = dot([dot(terms.slice(0, 8)), dot(terms.slice(8, 16)), dot(terms.slice(16))])
      ordersDiffer ||= blocked !== dot(terms)
      return blocked
    })
    expect(ordersDiffer, 'the example must tell the orders apart').to.equal(true)
    expect(asFloats(execute(net, [raw(a)])[0]!)).to.deep.equal(expected)
  })

  it('pools by maximum with -infinity outside, and by minimum, product and integers', () => {
    const pool = (op: 'max' | 'min', fill: number): Kernel =>
      kernel({
        shape: [3],
        reduce: { op, extents: [3], block: 2 },
        loads: [load(0, [axis(4, 1, -2, [0, 2], [1, 1])], fill)],
        term: code('load 0'),
        result: code('fold'),
      })
    expect(asFloats(runOne([-5, -1, -7, -3], pool('max', 0xff800000)))).to.deep.equal([-5, -1, -3])
    expect(asFloats(runOne([-5, -1, -7, -3], pool('min', 0x7f800000)))).to.deep.equal([-5, -7, -7])
    const all = (op: 'prod' | 'max' | 'min' | 'sum'): Kernel =>
      kernel({
        shape: [1],
        foldType: 'i32',
        resultType: 'i32',
        storeType: 'i32',
        reduce: { op, extents: [4], block: 3 },
        loads: [load(0, [axis(4, 1, 0, [1, 1])])],
        term: code('load 0 i32.from_f32'),
        result: code('fold'),
      })
    const values = [-65536, 3, 65536, 7]
    expect(asInts(runOne(values, all('prod')))).to.deep.equal([0])
    expect(asInts(runOne(values, all('sum')))).to.deep.equal([10])
    expect(asInts(runOne(values, all('max')))).to.deep.equal([65536])
    expect(asInts(runOne(values, all('min')))).to.deep.equal([-65536])
  })

  it('keeps the sign of zero that the order of reduction gives', () => {
    const sum = kernel({
      shape: [1],
      reduce: { op: 'sum', extents: [2], block: 1 },
      loads: [load(0, [axis(2, 1, 0, [1, 1])])],
      term: code('load 0'),
      result: code('fold'),
    })
    expect(Object.is(asFloats(runOne([-0, -0], sum))[0], 0)).to.equal(true)
    const copy = kernel({ shape: [2], loads: [load(0, [axis(2, 1, 0, [0, 1])])], result: code('load 0') })
    expect(Object.is(asFloats(runOne([-0, 1], copy))[0], -0)).to.equal(true)
  })

  it('guards a concatenation by the in-range bit', () => {
    const concat = kernel({
      shape: [5],
      loads: [load(0, [axis(2, 1, 0, [0, 1])]), load(1, [axis(3, 1, -2, [0, 1])])],
      result: code('load 0 load 1 inrange 0 select'),
    })
    const net = program([{ type: 'f32', count: 2 }], [floats([7, 8, 9])], [concat])
    const joined = asFloats(execute(net, [raw([-0, 5])])[0]!)
    expect(joined).to.deep.equal([-0, 5, 7, 8, 9])
    expect(Object.is(joined[0], -0)).to.equal(true)
  })

  it('takes an axis of extent 1 as a guard alone', () => {
    const diagonal = kernel({
      shape: [3, 3],
      loads: [load(0, [axis(3, 1, 0, [0, 1]), axis(1, 0, 0, [0, 1], [1, -1])], bitsOf(9))],
      result: code('load 0'),
    })
    expect(asFloats(runOne([1, 2, 3], diagonal))).to.deep.equal([1, 9, 9, 9, 2, 9, 9, 9, 3])
  })

  it('reads with base and a negative stride', () => {
    const reverse = kernel({ shape: [3], loads: [load(0, [axis(3, -1, 0, [0, 1])], 0, 2)], result: code('load 0') })
    expect(asFloats(runOne([1, 2, 3], reverse))).to.deep.equal([3, 2, 1])
  })

  it('widens f16, i8 and u8, and narrows stores to their low bits', () => {
    const copy = (storeType: 'f32' | 'i32' | 'i8' | 'u8', count: number, plus: number): Kernel =>
      kernel({
        shape: [count],
        storeType,
        resultType: storeType === 'f32' ? 'f32' : 'i32',
        loads: [load(0, [axis(count, 1, 0, [0, 1])])],
        result: code(storeType === 'f32' ? 'load 0' : `load 0 i32.const ${plus} i32.add`),
      })
    const halves = Uint8Array.of(0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b, 0x00, 0xfc, 0x01, 0x7c, 0x00, 0x80)
    const wide = execute(program([{ type: 'f16', count: 6 }], [], [copy('f32', 6, 0)]), [halves])[0]!
    const bits = new Uint32Array(wide.slice().buffer)
    expect([...bits]).to.deep.equal([0x3f800000, 0x33800000, 0x477fe000, 0xff800000, 0x7fc00000, 0x80000000])
    const bytes = Uint8Array.of(0, 127, 128, 255)
    const run = (type: 'i8' | 'u8', store: 'i32' | 'i8' | 'u8'): Uint8Array =>
      execute(program([{ type, count: 4 }], [], [copy(store, 4, 1)]), [bytes])[0]!
    expect(asInts(run('i8', 'i32'))).to.deep.equal([1, 128, -127, 0])
    expect(asInts(run('u8', 'i32'))).to.deep.equal([1, 128, 129, 256])
    expect([...run('u8', 'u8')]).to.deep.equal([1, 128, 129, 0])
    expect([...run('i8', 'i8')]).to.deep.equal([1, 128, 129, 0])
  })

  it('has one NaN, whatever is loaded', () => {
    const patterns = Uint32Array.of(0x7f800001, 0xffc00000, 0x7fffffff, 0xff800000)
    const input = new Uint8Array(patterns.buffer)
    const only = (parts: Partial<Kernel>, result: string): Uint32Array => {
      const each = kernel({ shape: [4], loads: [load(0, [axis(4, 1, 0, [0, 1])])], result: code(result), ...parts })
      return new Uint32Array(execute(program([{ type: 'f32', count: 4 }], [], [each]), [input])[0]!.slice().buffer)
    }
    const canonical = [0x7fc00000, 0x7fc00000, 0x7fc00000, 0xff800000]
    expect([...only({}, 'load 0')]).to.deep.equal(canonical)
    expect([...only({ resultType: 'i32', storeType: 'i32' }, 'load 0 i32.bits')]).to.deep.equal(canonical)
    expect([...only({}, 'load 0 f32.neg')]).to.deep.equal([0x7fc00000, 0x7fc00000, 0x7fc00000, 0x7f800000])
  })

  it('gathers by the value of another load', () => {
    const gather = kernel({
      shape: [4, 2],
      loads: [load(1, [axis(4, 1, 0, [0, 1])]), load(0, [indexedAxis(3, 2, 1, 0), axis(2, 1, 0, [1, 1])], bitsOf(-1))],
      result: code('load 1'),
    })
    const indices = { type: 'i32' as const, count: 4, bytes: new Uint8Array(Int32Array.of(1, -1, 2, -3).buffer) }
    const net = program([{ type: 'f32', count: 6 }], [indices], [gather])
    expect(asFloats(execute(net, [raw([1, 2, 3, 4, 5, 6])])[0]!)).to.deep.equal([5, 6, 1, 2, -1, -1, -1, -1])
    const offset = (value: number): Program => {
      const lookup = load(0, [indexedAxis(6, 1, value, 0)], bitsOf(-1))
      return { ...net, kernels: [{ ...gather, shape: [4], loads: [load(1, [axis(3, 1, 0, [0, 1])], -0x80000000 >>> 0), lookup] }] }
    }
    const far = { ...indices, bytes: new Uint8Array(Int32Array.of(-0x7ffffffe, 0x7fffffff, -0x80000000, 5).buffer) }
    const looked = (value: number): number[] => asFloats(execute({ ...offset(value), constants: [far] }, [raw([1, 2, 3, 4, 5, 6])])[0]!)
    expect(looked(0x7fffffff), 'the sums are exact; the last index is its fill').to.deep.equal([2, -1, -1, -1])
    expect(looked(-0x80000000), 'and do not wrap to 0').to.deep.equal([-1, -1, -1, -1])
    const chain: Program = { ...net, kernels: [{ ...gather, loads: [load(0, [indexedAxis(3, 2, 0, 1)]), gather.loads[1]!] }] }
    expect(() => execute(chain, [raw([1, 2, 3, 4, 5, 6])])).to.throw('load 0 is indexed by load 1')
  })

  it('runs locals in order, and every term in the order of its code', () => {
    const swap = kernel({
      shape: [2],
      loads: [load(0, [axis(2, 1, 0, [0, 1])])],
      result: code('load 0 set 0 get 0 f32.const 0x40000000 set 0 get 0 f32.mul get 0 f32.sub'),
    })
    expect(asFloats(runOne([3, 10], swap))).to.deep.equal([4, 18])
    const variable = kernel({
      shape: [2, 2],
      resultType: 'i32',
      storeType: 'i32',
      loads: [],
      result: code('var 0 i32.const 10 i32.mul var 1 i32.add'),
    })
    expect(asInts(runOne([0], variable))).to.deep.equal([0, 1, 10, 11])
  })

  it('names the input that has the wrong number of bytes', () => {
    const net = sampleNetwork()
    expect(() => execute(net, []))
      .to.throw('takes 1 inputs, got 0')
      .with.property('code', 'INPUT_COUNT')
    expect(() => execute(net, [new Uint8Array(63)]))
      .to.throw('input 0 must have 64 bytes (64 elements of u8), got 63')
      .with.property('code', 'INPUT_LENGTH')
  })

  it('refuses kernels that no validator lets pass with typed errors', () => {
    const one = (parts: Partial<Kernel>): (() => unknown) => {
      const bad = kernel({ shape: [2], loads: [load(0, [axis(9, 1, 0, [0, 1])])], result: code('load 0'), ...parts })
      return () => runOne([1], bad)
    }
    expect(one({})).to.throw('reads element 1 of buffer 0').with.property('code', 'LOAD_OUT_OF_BUFFER')
    expect(one({ loads: [load(1, [])] }))
      .to.throw('buffer 1 has no contents')
      .with.property('code', 'BUFFER_INDEX')
    expect(one({ loads: [load(2, [])] }))
      .to.throw('no buffer 2')
      .with.property('code', 'BUFFER_INDEX')
    for (const bad of ['load 1', 'f32.add', 'load 0 load 0', 'var 1', 'f32.tanh', 'get 8', '']) {
      expect(one({ result: code(bad) }), bad)
        .to.throw()
        .with.property('code', 'EXPRESSION_INVALID')
    }
  })

  it('tells of each kernel when it is done', () => {
    const net = sampleNetwork()
    const seen: [number, number][] = []
    const buffers = execute(net, [sampleImage(1)], (index, bytes) => seen.push([index, bytes.length]))
    expect(seen).to.deep.equal([
      [0, 256],
      [1, 1024],
      [2, 256],
      [3, 40],
      [4, 40],
      [5, 1],
    ])
    const scores = asFloats(buffers[4]!)
    expect(buffers[5]![0]).to.equal(scores.filter((score) => score < scores[9]!).length)
    expect(() => bufferReader(net, [sampleImage(1)], [])(5)).to.throw('no contents yet')
    expect(fromBits(bitsOf(scores[0]!))).to.equal(scores[0])
  })
})
