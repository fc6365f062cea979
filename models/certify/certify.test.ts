import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { execute } from '../exec/reference/execute.ts'
import { axis, code, floats, kernel, load, program } from '../exec/reference/sample.ts'
import type { Constant, Kernel, Program } from '../ir/types.ts'
import { bitsOf } from '../numerics/bits.ts'
import { certifyProgram } from './certify.ts'
import { inputsMeet } from './conditions.ts'
import { decodeCertificateHead, encodeCertificate, verifyCertificate } from './file.ts'

const bits = (value: number): string => `f32.const ${bitsOf(value)}`
const clip = `f32.floor ${bits(0)} f32.max ${bits(255)} f32.min`
const row = (buffer: number, variable = 0) => load(buffer, [axis(4, 1, 0, [variable, 1])])
const integers = (values: readonly number[]): Constant => ({
  type: 'i32',
  count: values.length,
  bytes: new Uint8Array(Int32Array.from(values).buffer),
})

/** A product of four numbers with a matrix of four rows, and what follows. */
const dense = (buffer: number, weights: number, type: 'u8' | 'f32', text: string, more: Kernel['loads'] = []): Kernel =>
  kernel({
    shape: [4],
    reduce: { op: 'sum', extents: [4], block: 4 },
    loads: [row(buffer, 1), load(weights, [axis(4, 4, 0, [0, 1]), axis(4, 1, 0, [1, 1])]), ...more],
    term: code(`load 0 ${type === 'u8' ? 'f32.from_i32' : ''} load 1 f32.mul`),
    result: code(`fold ${text}`),
  })

/** A kernel that nobody certifies, and one that quantises what it gives. */
const root = (buffer: number): Kernel => kernel({ shape: [4], loads: [row(buffer)], result: code('load 0 f32.sqrt') })
const quantised = (buffer: number): Kernel =>
  kernel({ shape: [4], ...{ resultType: 'i32', storeType: 'u8' }, loads: [row(buffer)], result: code(`load 0 ${clip} i32.from_f32`) })

const net = (weights: readonly number[], kernels: readonly Kernel[]): Program =>
  program([{ type: 'u8', count: 4 }], [floats(weights)], kernels)
const ones = Array(16).fill(1)

describe('a certificate', () => {
  it('has the greatest partial sum of the worst channel, in its unit', () => {
    const weights = [...[1, 2, -3, 4], ...[0.5, 0, 0, 0], ...[-7, 7, -8, 0], ...[0, 0, 0, 0]]
    const [verdict] = certifyProgram(net(weights, [dense(0, 1, 'u8', '')])).kernels
    expect(verdict).to.include({ bound: 15 * 255, unit: 0, operands: 255, open: true, verdict: 'orderFree' })
    expect(verdict!.margin).to.equal(12.09)
    expect(verdict!.output).to.deep.equal({ exponent: -1, least: -15 * 255, greatest: 7 * 255 })
  })

  it('names the channel that exceeds the bound, and by how much', () => {
    const weights = [...ones.slice(0, 8), ...[60000, 1, 1, 6001], ...ones.slice(0, 4)]
    const { orderFree, providers, kernels } = certifyProgram(net(weights, [dense(0, 1, 'u8', '')]))
    expect({ orderFree, providers }).to.deep.equal({ orderFree: false, providers: [] })
    expect(kernels[0]!.reason).to.include({ rule: 'BOUND', kernel: 0, excess: 0.01 })
    expect(kernels[0]!.reason!.channel).to.deep.equal([2])
    expect(kernels[0]!.reason!.change).to.contain('1 bits off')
  })

  it('adds bias, residual and what the next kernel does without rounding to one region', () => {
    const wide = 4096
    const second = (text: string): Program =>
      net(Array(16).fill(wide), [
        dense(0, 1, 'u8', text),
        dense(2, 1, 'f32', ''),
        kernel({ shape: [4], loads: [row(3)], result: code(`load 0 ${clip}`) }),
      ])
    const open = certifyProgram(second(`${bits(1 / 4096)} f32.mul`)).kernels
    expect(open.map(({ region }) => region)).to.deep.equal([0, 0, 0])
    expect(open[0]).to.include({ bound: 4 * 255, unit: 12 })
    const closed = certifyProgram(second(`${bits(1 / 4096)} f32.mul ${clip}`)).kernels
    expect(closed.map(({ region }) => region)).to.deep.equal([0, 1, 1])
    const residual = certifyProgram(net(Array(16).fill(wide), [dense(0, 1, 'u8', 'load 2 f32.from_i32 f32.add', [row(0)])])).kernels
    expect(residual[0]).to.include({ bound: 4 * 255 * wide + 255, unit: 0, verdict: 'orderFree' })
    const fine = certifyProgram(
      net(Array(16).fill(wide), [dense(0, 1, 'u8', `load 2 f32.from_i32 ${bits(1 / 8)} f32.mul f32.add`, [row(0)])]),
    ).kernels
    expect(fine[0]!.reason).to.include({ rule: 'BOUND', excess: 1 })
  })

  it('covers the classes that take its operands, and refuses a demand for others', () => {
    const classes = (weight: number) => certifyProgram(net(Array(16).fill(weight), [dense(0, 1, 'u8', '')])).providers
    expect(classes(255)).to.deep.equal(['f32', 'tf32', 'fp16', 'bf16'])
    expect(classes(257)).to.deep.equal(['f32', 'tf32', 'fp16'])
    expect(classes(2049)).to.deep.equal(['f32'])
    expect(classes(2049 * 2 ** 7)).to.deep.equal(['f32'])
    expect(classes(2 ** -20)).to.deep.equal(['f32', 'tf32', 'bf16'])
    const { kernels } = certifyProgram(net(Array(16).fill(4097), [dense(0, 1, 'u8', '')]), { classes: ['tf32'] })
    expect(kernels[0]!.reason).to.include({ rule: 'WIDTH', excess: 1.01 })
  })

  it('takes integers as they are, and says where floats may have them', () => {
    const each = (weight: number): Program =>
      program(
        [{ type: 'u8', count: 4 }],
        [integers(Array(16).fill(weight))],
        [
          {
            ...dense(0, 1, 'u8', ''),
            ...{ foldType: 'i32', resultType: 'i32', storeType: 'i32' },
            term: code('load 0 load 1 i32.mul'),
            result: code('fold'),
          },
        ],
      )
    expect(certifyProgram(each(100)).kernels[0]).to.deep.include({ verdict: 'orderFree', asFloat: ['f32', 'tf32', 'fp16', 'bf16'] })
    expect(certifyProgram(each(1_000_001)).kernels[0]).to.deep.include({ verdict: 'orderFree', asFloat: [], bound: null })
  })

  it('puts order-free kernels on both sides of a refused one into sub-graphs of their own', () => {
    const { kernels, subgraphs } = certifyProgram(
      net(ones, [dense(0, 1, 'u8', clip), root(2), quantised(3), dense(4, 1, 'u8', clip), dense(0, 1, 'u8', clip)]),
    )
    expect(kernels.map(({ verdict, reason }) => reason?.rule ?? verdict)).to.deep.equal([
      'orderFree',
      'ROOT',
      'UNBOUNDED',
      'orderFree',
      'orderFree',
    ])
    expect(kernels[2]!.output).to.deep.equal({ exponent: 0, least: 0, greatest: 255 })
    expect(subgraphs.map(({ stage, kernels: members, inputs }) => ({ stage, members, inputs }))).to.deep.equal([
      { stage: 0, members: [0], inputs: [0] },
      { stage: 0, members: [4], inputs: [0] },
      { stage: 1, members: [3], inputs: [4] },
    ])
  })

  it('keeps the range and the grid of what quantises a float result, whatever that is: NaN and infinities included', () => {
    const cut = `f32.floor ${bits(3)} f32.max ${bits(2048)} f32.min i32.from_f32 f32.from_i32`
    const inverse = kernel({ shape: [4], loads: [row(0)], result: code(`${bits(2000)} load 0 f32.sqrt f32.div ${cut}`) })
    const each = program([{ type: 'f32', count: 4 }], [floats(Array(16).fill(2047))], [inverse, dense(2, 1, 'f32', clip)])
    const { kernels, conditions } = certifyProgram(each, { classes: ['tf32'] })
    expect(kernels.map(({ verdict, reason }) => reason?.rule ?? verdict)).to.deep.equal(['ROOT', 'orderFree'])
    // NaN is cut to NaN, which is 0 as an integer.
    expect(kernels[0]!.output).to.deep.equal({ exponent: 0, least: 0, greatest: 2048 })
    expect(conditions.map(({ input }) => input)).to.deep.equal([0])
    const [quantised] = execute(each, [new Uint8Array(Float32Array.of(-1, 0, Infinity, 16).buffer)])
    expect([...new Float32Array(quantised!.slice().buffer)]).to.deep.equal([0, 2048, 3, 500])
  })

  it('keeps them through bytes, integers and powers of two', () => {
    const cut = `${bits(-128)} f32.max ${bits(127)} f32.min i32.from_f32`
    const byte = 'i32.const 24 i32.shl i32.const 24 i32.shr_s f32.from_i32'
    const output = (text: string) =>
      certifyProgram(
        program(
          [{ type: 'u8', count: 4 }],
          [],
          [kernel({ shape: [4], loads: [row(0)], result: code(`load 0 f32.from_i32 f32.sqrt ${text}`) })],
        ),
      ).kernels[0]!.output
    expect(output(`${cut} ${byte}`)).to.deep.equal({ exponent: 0, least: -128, greatest: 127 })
    expect(output(`${cut} ${byte} ${bits(0.25)} f32.mul`)).to.deep.equal({ exponent: -2, least: -32, greatest: 31.75 })
    expect(output(`${cut} i32.const 5 i32.add f32.from_i32 ${bits(0.5)} f32.add`)).to.deep.equal({
      exponent: -1,
      least: -122.5,
      greatest: 132.5,
    })
    expect(output(`${cut} f32.from_i32 ${bits(0.3)} f32.mul`).exponent).to.equal(null)
  })

  it('states what it takes for granted of float inputs, which can be looked at', () => {
    const floating = program([{ type: 'f32', count: 4 }], [], [quantised(0)])
    const { orderFree, conditions } = certifyProgram(floating)
    expect(orderFree).to.equal(true)
    expect(conditions).to.deep.equal([{ input: 0, exponent: -100, least: -(2 ** 64), greatest: 2 ** 64 }])
    const meets = (value: number): boolean => inputsMeet(floating, conditions, [new Uint8Array(Float32Array.of(0, -0, 3.25, value).buffer)])
    expect([1e19, -0.1, 2 ** -77].map(meets)).to.deep.equal([true, true, true])
    expect([Number.NaN, Infinity, 1e20, 2 ** -101, 2 ** -140].map(meets)).to.deep.equal([false, false, false, false, false])
    // Wherever the elements lie, and in units beyond all binary32 numbers.
    const shifted = new Uint8Array(17).subarray(1)
    shifted.set(new Uint8Array(Float32Array.of(0, -0, 3.25, 1e20).buffer))
    expect(inputsMeet(floating, conditions, [shifted])).to.equal(false)
    const inUnits = (exponent: number, value: number): boolean =>
      inputsMeet(
        floating,
        [{ input: 0, exponent, least: -Infinity, greatest: Infinity }],
        [new Uint8Array(new Float32Array(4).fill(value).buffer)],
      )
    expect([inUnits(-1200, 2 ** -149), inUnits(1200, 0), inUnits(3, -24), inUnits(127, -(2 ** 127))]).to.deep.equal([
      true,
      true,
      true,
      true,
    ])
    expect([inUnits(1200, 1), inUnits(3, 12), inUnits(0, Infinity), inUnits(-1200, Number.NaN)]).to.deep.equal([false, false, false, false])
    const sum = program([{ type: 'f32', count: 4 }], [floats(ones)], [dense(0, 1, 'f32', '')])
    expect(certifyProgram(sum).kernels[0]!.reason?.rule).to.equal('UNBOUNDED')
    const bytes = [{ input: 0, exponent: 0, least: 0, greatest: 255 }]
    expect(certifyProgram(sum, { inputs: bytes })).to.deep.include({ orderFree: true, conditions: bytes })
    expect(() => certifyProgram(sum, { inputs: [...bytes, ...bytes] })).to.throw(OpineError, 'two conditions')
  })

  it('is written, read, and derived again from the program', () => {
    const each = net(ones, [dense(0, 1, 'u8', clip), root(2)])
    const certificate = certifyProgram(each, { classes: ['tf32', 'f32'] })
    const file = encodeCertificate(certificate)
    expect(JSON.parse(new TextDecoder().decode(file))).to.deep.equal(certificate)
    expect(verifyCertificate(each, file)).to.deep.equal(certificate)
    expect(decodeCertificateHead(file)).to.deep.equal({ program: certificate.program, demanded: ['f32', 'tf32'], conditions: [] })
    const forged = (from: string, to: string): Uint8Array => new TextEncoder().encode(new TextDecoder().decode(file).replace(from, to))
    const failure = (bytes: Uint8Array): string | undefined => {
      try {
        verifyCertificate(each, bytes)
      } catch (error) {
        return error instanceof OpineError ? error.code : String(error)
      }
    }
    expect(failure(forged('"refused"', '"orderFree"'))).to.equal('CERTIFICATE_WRONG')
    expect(failure(forged('"bound":1020', '"bound":1021'))).to.equal('CERTIFICATE_WRONG')
    expect(failure(forged(certificate.program, `0x${'0'.repeat(64)}`))).to.equal('CERTIFICATE_PROGRAM')
    for (const [from, to] of [
      ['{', '['],
      ['"version":1', '"version":2'],
      ['"f32"', '"f31"'],
      ['0x', '0y'],
      ['"conditions":[]', '"conditions":[{"input":0,"exponent":0.5,"least":0,"greatest":1}]'],
    ] as const)
      expect(failure(forged(from, to))).to.equal('CERTIFICATE_FILE')
    expect(failure(forged('"conditions":[]', '"conditions":[{"input":7,"exponent":0,"least":0,"greatest":1}]'))).to.equal('CONDITION_INPUT')
  })
})
