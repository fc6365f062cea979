import { describe, it } from 'node:test'
import { expect } from 'chai'
import { axis, code, floats, indexedAxis, kernel, load, program } from '../exec/reference/sample.ts'
import type { Constant, InputSpec, Kernel } from '../ir/types.ts'
import { bitsOf } from '../numerics/bits.ts'
import type { KernelVerdict } from './certificate.ts'
import { type CertifyOptions, certifyProgram } from './certify.ts'

const at = (extent: number, variable = 0) => [axis(extent, 1, 0, [variable, 1])]
const bytes = (values: readonly number[]): Constant => ({ type: 'u8', count: values.length, bytes: Uint8Array.from(values) })

/** Verdicts of a program over 8 bytes; buffer 0 is the input, then come the constants, then the kernels. */
function verdicts(
  constants: readonly Constant[],
  kernels: readonly Kernel[],
  options: CertifyOptions = {},
  input: InputSpec = { type: 'u8', count: 8 },
) {
  return certifyProgram(program([input], constants, kernels), options).kernels
}

/** The last verdict of a map over 8 bytes, which are integers of 8 bits on the stack, to f32. */
function map(text: string, constants: readonly Constant[] = [], options: CertifyOptions = {}): KernelVerdict {
  const loads = [load(0, at(8)), ...constants.map(({ count }, index) => load(1 + index, count === 1 ? [] : at(8)))]
  return verdicts(constants, [kernel({ shape: [8], loads, result: code(`load 0 f32.from_i32 ${text}`) })], options).at(-1)!
}

/** A product of 8 bytes with these weights, an output each row; `text` follows the sum. */
function rows(weights: readonly (readonly number[])[], text = '', options: CertifyOptions = {}): KernelVerdict {
  const each = kernel({
    shape: [weights.length],
    reduce: { op: 'sum', extents: [8], block: 8 },
    loads: [load(0, at(8, 1)), load(1, [axis(weights.length, 8, 0, [0, 1]), axis(8, 1, 0, [1, 1])])],
    term: code('load 0 f32.from_i32 load 1 f32.mul'),
    result: code(`fold ${text}`),
  })
  return verdicts([floats(weights.flat())], [each], options).at(-1)!
}

const bits = (value: number): string => `f32.const ${bitsOf(value)}`
const eight = (value: number): number[] => Array(8).fill(value)

describe('traps of order-free programs', () => {
  describe('scale folding', () => {
    it('accepts a scale that is a power of two', () => {
      const verdict = rows([eight(3)], `${bits(1 / 64)} f32.mul f32.floor`)
      expect(verdict).to.include({ verdict: 'orderFree', bound: 6120, unit: 0, reason: null })
      expect(verdict.output).to.deep.equal({ exponent: 0, least: 0, greatest: 95 })
    })
    it('refuses any other, and names the power of two next to it', () => {
      const { verdict, reason, classes } = rows([eight(3)], `${bits(0.0123)} f32.mul f32.floor`)
      expect(verdict).to.equal('refused')
      expect(classes).to.deep.equal([])
      expect(reason).to.include({ rule: 'SCALE', kernel: 0 })
      expect(reason!.change).to.contain('2^-6')
    })
    it('refuses it in another kernel as well', () => {
      const sum = kernel({
        shape: [1],
        reduce: { op: 'sum', extents: [8], block: 8 },
        loads: [load(0, at(8, 1))],
        term: code('load 0 f32.from_i32'),
        result: code('fold'),
      })
      const scaled = (scale: number): Kernel =>
        kernel({ shape: [1], loads: [load(1, at(1))], result: code(`load 0 ${bits(scale)} f32.mul f32.floor`) })
      expect(verdicts([], [sum, scaled(0.1)]).map(({ verdict }) => verdict)).to.deep.equal(['orderFree', 'refused'])
      expect(verdicts([], [sum, scaled(0.125)]).map(({ verdict }) => verdict)).to.deep.equal(['orderFree', 'orderFree'])
    })
    it('accepts an integer factor while the product fits', () => {
      expect(map(`${bits(65793)} f32.mul`)).to.include({ verdict: 'orderFree', bound: 255 * 65793 })
      expect(map(`${bits(65795)} f32.mul`).reason).to.include({ rule: 'SCALE', excess: 0.01 })
    })
  })

  describe('signed zero', () => {
    it('refuses a rounding to -0 that is stored as a float', () => {
      const text = `${bits(128)} f32.sub ${bits(1 / 16)} f32.mul`
      for (const round of ['nearest', 'ceil', 'trunc']) expect(map(`${text} f32.${round}`).reason?.rule).to.equal('SIGN_OF_ZERO')
    })
    it('accepts it once it is rounded down, clipped at 0, increased by 0, or an integer', () => {
      const text = `${bits(128)} f32.sub ${bits(1 / 16)} f32.mul`
      expect(map(`${text} f32.floor`).verdict).to.equal('orderFree')
      expect(map(`${text} f32.nearest ${bits(0)} f32.max`).verdict).to.equal('orderFree')
      expect(map(`${text} f32.nearest ${bits(0)} f32.add`).verdict).to.equal('orderFree')
      expect(map(`${text} f32.nearest ${bits(0)} f32.lt f32.from_i32`).verdict).to.equal('orderFree')
    })
    it('refuses what a negative factor makes of 0', () => {
      expect(map(`${bits(-0.5)} f32.mul`).reason?.rule).to.equal('SIGN_OF_ZERO')
      expect(map('f32.neg').reason?.rule).to.equal('SIGN_OF_ZERO')
    })
    it('refuses a division by what may be 0 and a look at the bits', () => {
      const { reason } = verdicts(
        [],
        [kernel({ shape: [8], loads: [load(0, at(8))], result: code(`${bits(1)} load 0 f32.from_i32 f32.div`) })],
      )[0]!
      expect(reason?.rule).to.equal('DIVISION')
      expect(map('i32.bits f32.bits').reason?.rule).to.equal('BITS')
    })
  })

  describe('means', () => {
    it('refuses a division by 49, and proposes a multiplier and a shift', () => {
      const { reason } = rows([eight(1)], `${bits(49)} f32.div f32.floor`)
      expect(reason).to.include({ rule: 'DIVISION', change: 'multiply by 167 * 2^-13 and round down' })
    })
    it('accepts a division by a power of two, and the multiplier', () => {
      expect(rows([eight(1)], `${bits(64)} f32.div f32.floor`).verdict).to.equal('orderFree')
      expect(rows([eight(1)], `${bits(167)} f32.mul ${bits(1 / 8192)} f32.mul f32.floor`).verdict).to.equal('orderFree')
    })
  })

  describe('flush to zero', () => {
    it('refuses parts below 2^-126', () => {
      expect(map(`${bits(2 ** -126)} f32.mul f32.floor`).verdict).to.equal('orderFree')
      const { reason } = map(`${bits(2 ** -70)} f32.mul ${bits(2 ** -57)} f32.mul f32.floor`)
      expect(reason?.rule).to.equal('SUBNORMAL')
    })
    it('refuses subnormal weights', () => {
      expect(rows([eight(2 ** -127)]).reason?.rule).to.equal('SUBNORMAL')
    })
    it('refuses a scale that makes them when it is folded into the weights', () => {
      expect(rows([eight(2 ** -120)], `${bits(2 ** -7)} f32.mul f32.floor`).reason?.rule).to.equal('SUBNORMAL')
    })
  })

  describe('saturation', () => {
    it('asks that 8-bit integers be multiplied in no 8-bit kernel', () => {
      const each = kernel({
        shape: [1],
        ...{ foldType: 'i32', resultType: 'i32', storeType: 'i32' },
        reduce: { op: 'sum', extents: [8], block: 8 },
        loads: [load(0, at(8, 1)), load(1, at(8, 1))],
        term: code('load 0 load 1 i32.mul'),
        result: code('fold'),
      })
      const [verdict] = verdicts([bytes(eight(255))], [each])
      expect(verdict).to.deep.include({
        verdict: 'orderFree',
        guards: ['FLOAT'],
        asFloat: ['f32', 'tf32', 'fp16', 'bf16'],
        bound: 8 * 255 * 255,
      })
    })
    it('refuses a conversion that saturates', () => {
      expect(map(`${bits(2 ** 24)} f32.mul i32.from_f32 f32.from_i32`).reason?.rule).to.equal('OVERFLOW')
    })
  })

  it('asks for direct convolutions: Winograd and FFT are not exact', () => {
    const each = kernel({
      shape: [6],
      reduce: { op: 'sum', extents: [3], block: 3 },
      loads: [load(0, [axis(8, 1, 0, [0, 1], [1, 1])]), load(1, at(3, 1))],
      term: code('load 0 f32.from_i32 load 1 f32.mul'),
      result: code('fold'),
    })
    expect(verdicts([floats([1, 2, 1])], [each])[0]!.guards).to.deep.equal(['DIRECT'])
  })

  it('takes tables as they are, over the indices that occur', () => {
    const table = Array.from({ length: 300 }, (_, index) => (index < 256 ? index % 16 : 0.1))
    const each = kernel({ shape: [8], loads: [load(0, at(8)), load(1, [indexedAxis(300, 1, 0, 0)])], result: code('load 1') })
    expect(verdicts([floats(table)], [each])[0]!.output).to.deep.equal({ exponent: 0, least: 0, greatest: 15 })
  })

  it('refuses a factor of a difference of equals that may be distributed over both', () => {
    const wide = bits(2 ** 16 + 1)
    const constant = floats([2 ** 16 + 1])
    expect(map(`${bits(3)} load 1 load 1 f32.sub f32.mul f32.add`, [constant]).verdict).to.equal('orderFree')
    expect(map(`${wide} load 1 load 1 f32.sub f32.mul f32.add`, [constant]).reason?.rule).to.equal('SCALE')
  })

  it('refuses to divide by a power of two whose inverse is no number, or one that some devices flush', () => {
    expect(map(`${bits(2 ** -20)} f32.div`).verdict).to.equal('orderFree')
    for (const divisor of [2 ** -148, 2 ** 127]) expect(map(`${bits(divisor)} f32.div`).verdict).to.equal('refused')
  })

  it('refuses a product that is exact one factor after the other, but may overflow from the middle on', () => {
    const each = (factors: readonly number[]): KernelVerdict =>
      verdicts(
        [floats(factors)],
        [
          kernel({
            shape: [1],
            reduce: { op: 'prod', extents: [8], block: 2 },
            loads: [load(1, at(8, 1))],
            term: code('load 0'),
            result: code('fold'),
          }),
        ],
      )[0]!
    expect(each([1, 2, 1, 4, 1, 2, 8, 1]).output).to.deep.equal({ exponent: 7, least: 128, greatest: 128 })
    for (const first of [0, 2 ** -126]) {
      const { reason, output } = each([first, 1, 2 ** 60, 2 ** 60, 2 ** 60, 1, 1, 1])
      expect(reason?.rule).to.equal('BOUND')
      expect(output).to.deep.equal({ exponent: null, least: null, greatest: null })
    }
  })

  it('refuses square roots', () => {
    expect(map('f32.sqrt').reason?.rule).to.equal('ROOT')
  })
})
