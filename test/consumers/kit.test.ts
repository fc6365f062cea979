import { before, describe, it } from 'node:test'
import { ConsumerKitHarness } from '@opine/abi/generated/ConsumerKitHarness.ts'
import { bitsOf, fromBits, widenHalf } from '@opine/models/numerics/bits.ts'
import { xorshift } from '@opine/models/zoo/training/random.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { deploy } from '../support/deploy.ts'
import { embeddedChain } from '../support/embedded-chain.ts'
import { errorName } from '../support/error-name.ts'

const INTERESTING = [
  0, 1, 2, 0x7fffff, 0x800000, 0x800001, 0x3effffff, 0x3f000000, 0x3f800000, 0x3f800001, 0x3fc00000, 0x40200000, 0x4b000000, 0x4b800000,
  0x4f000000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff,
].flatMap((bits) => [bits, (bits | 0x80000000) >>> 0])
const random = xorshift(4_104)
const word = (): number => Math.floor(random() * 2 ** 32)
const words = Uint32Array.from([...INTERESTING, ...Array.from({ length: 300 }, word)])

let kit: Contract
const call = (name: string, ...args: unknown[]): Promise<unknown> => kit.getFunction(name)(...args)
const bytesOf = (hex: unknown): Uint8Array => Uint8Array.from(Buffer.from(String(hex).slice(2), 'hex'))
/** The numbers as this machine's own binary32 memory has them. */
const floats = (hex: unknown): Float32Array => new Float32Array(bytesOf(hex).buffer)

before(async () => {
  const provider = await embeddedChain()
  kit = await deploy(ConsumerKitHarness, [], await provider.getSigner())
})

describe('integers and decimals become binary32 bytes', () => {
  it('that the machine reads as the numbers nearest to them', async () => {
    const integers = [0, 1, -1, 255, 16_777_215, 16_777_216, 16_777_217, 16_777_219, -33_554_433, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER]
    const drawn = Array.from({ length: 200 }, () => Math.floor((random() - 0.5) * 2 ** (1 + Math.floor(random() * 53))))
    const values = [...integers, ...drawn]
    expect([...floats(await call('decimals', values, 0))]).deep.equal(values.map((value) => Math.fround(value) + 0))
  })

  it('of decimals too', async () => {
    for (const places of [1, 2, 6]) {
      const values = Array.from({ length: 200 }, () => Math.floor((random() - 0.5) * 2 ** (1 + Math.floor(random() * 24))))
      // Both operands are binary32 numbers or short enough, so rounding the binary64 quotient again gives what one rounding gives.
      const expected = values.map((value) => Math.fround(value / 10 ** places) + 0)
      expect([...floats(await call('decimals', values, places))], `${places} places`).deep.equal(expected)
    }
  })

  it('of ratios however large, small or close to a tie, by exact integers', async () => {
    const numerators: bigint[] = [1n, 1n, (1n << 128n) - 1n, 3n, (1n << 25n) + 1n, (1n << 25n) + 3n, 0n]
    const denominators: bigint[] = [(1n << 128n) - 1n, 3n, 7n, 1n, 1n << 1n, 1n << 1n, 5n]
    // Above a tie by so little that the quotient's digits do not show it: only that something remained does.
    const close = (1n << 127n) - 1n
    numerators.push((close * ((1n << 24n) + 1n) + 1n) >> 24n)
    denominators.push(close)
    for (let i = 0; i < 150; i++) {
      numerators.push(1n + (BigInt(word()) << BigInt(word() % 90)))
      denominators.push(1n + (BigInt(word()) << BigInt(word() % 90)))
    }
    const got = new Uint32Array(bytesOf(await call('ratios', numerators, denominators)).buffer)
    for (const [i, n] of numerators.entries()) expect(got[i], `ratio ${i}`).equal(nearestBits(i % 2 === 1, n, denominators[i]!))
  })

  it('and refuses what does not fit', async () => {
    expect(await errorName(kit, call('decimals', [1n << 128n], 0))).equal('F32Bytes_TooLarge')
    expect(await errorName(kit, call('decimals', [(1n << 128n) - 1n], 0)), 'would round to infinity').equal('F32Bytes_TooLarge')
    expect(await errorName(kit, call('decimals', [-(1n << 255n)], 0))).equal('F32Bytes_TooLarge')
    expect(await errorName(kit, call('decimals', [1], 39))).equal('F32Bytes_TooManyDecimals')
    expect(await errorName(kit, call('ratios', [1], [0]))).equal('F32Bytes_ZeroDenominator')
    expect(await errorName(kit, call('writeWord', 8, 2, 1))).equal('F32Bytes_OutOfBuffer')
    expect(await call('writeWord', 8, 1, 0x01020304)).equal('0x0000000004030201')
  })

  it('and whole numbers come back', async () => {
    for (const value of [0, 1, -1, 16_777_216, -8_388_607, 2 ** 100, -(2 ** 127)]) {
      expect(await call('toInteger', bitsOf(value))).equal(BigInt(value))
    }
    for (const value of [0.5, -1.5, 2 ** -149, Number.POSITIVE_INFINITY, Number.NaN])
      expect(await errorName(kit, call('toInteger', bitsOf(value)))).equal('F32Bytes_NotAnInteger')
  })
})

describe('binary32 becomes fixed point', () => {
  it('rounded as asked, by exact integers', async () => {
    const finite = [...words].filter((bits) => Number.isFinite(fromBits(bits)))
    for (const places of [0, 6, 38]) {
      for (const rounding of [0, 1, 2, 3, 4]) {
        const got = (await call('toFixed', finite, places, rounding)) as bigint[]
        for (const [i, bits] of finite.entries()) {
          expect(got[i], `${fromBits(bits)} with ${places} places, rounding ${rounding}`).equal(fixedOf(bits, places, rounding))
        }
      }
    }
  })

  it('unless it is no number', async () => {
    for (const bits of [0x7f800000, 0xff800000, 0x7fc00000])
      expect(await errorName(kit, call('toFixed', [bits], 6, 0))).equal('F32Fixed_NotFinite')
    expect(await errorName(kit, call('toFixed', [0], 39, 4))).equal('F32Fixed_TooManyDecimals')
  })
})

describe('binary32 is compared', () => {
  it('as the machine compares, NaN and zeros included', async () => {
    const pairs = [...words].flatMap((a, i) =>
      [a, words[(i * 7 + 3) % words.length]!, words[word() % INTERESTING.length]!].map((b) => [a, b]),
    )
    for (const a of INTERESTING) for (const b of INTERESTING) pairs.push([a, b])
    const left = pairs.map(([a]) => a!)
    const right = pairs.map(([, b]) => b!)
    const got = bytesOf(await call('compare', left, right))
    for (const [i, bits] of left.entries()) {
      const [x, y] = [fromBits(bits), fromBits(right[i]!)]
      const expected = [x === y, x !== y, x < y, x <= y, x > y, x >= y].reduce((sum, is, at) => sum | (is ? 1 << at : 0), 0)
      expect(got[i], `${x} against ${y}`).equal(expected)
    }
  })
})

describe('answers are read', () => {
  const data = Uint8Array.from({ length: 64 }, (_, i) => (i * 37 + 129) & 255)

  it('as the machine reads its memory', async () => {
    const kinds = [new Uint32Array(data.buffer), new Int32Array(data.buffer), new Int8Array(data.buffer), data]
    for (const [kind, view] of kinds.entries()) expect(await call('read', data, kind, view.length)).deep.equal(Array.from(view, BigInt))
    const halves = Array.from(new Uint16Array(data.buffer), (half) => BigInt(widenHalf(half)))
    expect(await call('read', data, 4, 32)).deep.equal(halves)
    for (const [kind, count] of [17, 17, 65, 65, 33].entries())
      expect(await errorName(kit, call('read', data, kind, count))).equal('Outputs_OutOfRange')
  })

  it('and their greatest is found, NaN left out', async () => {
    const place = async (...values: number[]) => {
      const [at, bits] = (await call('argmax', new Uint8Array(Float32Array.from(values).buffer))) as [bigint, bigint]
      return [Number(at), fromBits(Number(bits))]
    }
    expect(await place(-3, -1, -2)).deep.equal([1, -1])
    expect(await place(Number.NaN, -1, Number.NaN, 2, 2)).deep.equal([3, 2])
    expect(await place(Number.NEGATIVE_INFINITY, Number.NaN)).deep.equal([0, Number.NEGATIVE_INFINITY])
    for (const values of [[], [Number.NaN, Number.NaN]]) expect(await errorName(kit, place(...values))).equal('Outputs_NoNumber')
    const integers = (...values: number[]) => call('argmaxInteger', new Uint8Array(Int32Array.from(values).buffer))
    expect(await integers(-5, 7, -(2 ** 31), 7)).deep.equal([1n, 7n])
    expect(await errorName(kit, integers())).equal('Outputs_NoNumber')
  })
})

/** Bits of the binary32 number nearest to a ratio, ties to even. */
function nearestBits(negative: boolean, n: bigint, d: bigint): number {
  if (n === 0n) return 0
  let exponent = -149
  while (n << 149n >= (d << BigInt(exponent + 149)) << 24n) exponent++
  const unit = d << BigInt(exponent + 149)
  let m = (n << 149n) / unit
  const rest = (n << 149n) % unit
  if (2n * rest > unit || (2n * rest === unit && m & 1n)) m += 1n
  return bitsOf((negative ? -1 : 1) * Number(m) * 2 ** exponent)
}

function fixedOf(bits: number, places: number, rounding: number): bigint {
  const x = fromBits(bits)
  const scaled = exact(Math.abs(x)) * 10n ** BigInt(places)
  const one = 1n << 149n
  let whole = scaled / one
  const rest = scaled % one
  const up = [x < 0, x > 0, false, true, 2n * rest > one || (2n * rest === one && whole % 2n === 1n)][rounding]!
  if (rest !== 0n && up) whole += 1n
  return x < 0 ? -whole : whole
}

/** |x| * 2^149, exact. */
function exact(x: number): bigint {
  const bits = bitsOf(x)
  const exponent = bits >>> 23
  return exponent === 0 ? BigInt(bits) : BigInt((bits & 0x7fffff) | 0x800000) << BigInt(exponent - 1)
}
