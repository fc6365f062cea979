import { operandPairs, randomWords, SPECIAL_BITS } from './cases.ts'

/**
 * Operand pairs dense where an operation of `models/ir/opcodes.ts` can go wrong: ties and their neighbours, results at both ends of the
 * range, cancellation, whole numbers and halves, special values. For tests.
 */

type Random = () => number
type Pair = readonly [number, number]
type Draw = (random: Random) => Pair

const SIGN = 0x80000000
const FRACTION = 0x7fffff

/** -1, 0 or 1: the case itself or a neighbour. */
const near = (random: Random): number => (random() % 3) - 1
const number = (sign: number, exponent: number, fraction: number): number =>
  ((sign & SIGN) | (Math.min(255, Math.max(0, exponent)) << 23) | (fraction & FRACTION)) >>> 0
const word = (bits: number): number => bits >>> 0

/** The number that has this positive significand, of 24 bits or fewer, in its topmost bits. */
function leading(sign: number, exponent: number, significand: number): number {
  let m = significand
  while (m < 0x800000) m *= 2
  return number(sign, exponent, m)
}

/** One operand is a special value, the other one too or anything. */
const special: Draw = (random) => {
  const pick = random()
  const a = SPECIAL_BITS[pick % SPECIAL_BITS.length]!
  const b = pick & SIGN ? random() : SPECIAL_BITS[random() % SPECIAL_BITS.length]!
  return random() & 1 ? [a, b] : [b, a]
}

/** The lower bits of the smaller addend are half of the greater one's unit, or one more or less. */
const sumTie: Draw = (random) => {
  const distance = random() % 27
  const exponent = distance + (random() % (255 - distance))
  const unit = 1 << Math.min(distance, 23)
  const b = (random() & ~(unit - 1)) | (unit >> 1)
  return [number(random(), exponent, random()), number(random(), exponent - distance, b + near(random))]
}

/** All but a few units of the greater addend go. */
const cancellation: Draw = (random) => {
  const a = random()
  const b = word((a ^ SIGN) + (random() % 65) - 32)
  return random() & 1 ? [a, b] : [a, word(b + (((random() % 3) - 1) << 23))]
}

/** Both addends near the greatest or near the smallest exponents. */
const sumEnds: Draw = (random) => {
  const base = random() & 1 ? 248 : 0
  return [number(random(), base + (random() % 8), random() | 0x7f0000), number(random(), base + (random() % 8), random())]
}

/** The product of the significands has 25 bits, or a few more: a tie wherever the last one is set. */
const productTie: Draw = (random) => {
  const bits = 2 + (random() % 22)
  const x = (random() & ((1 << bits) - 1)) | 1 | (1 << (bits - 1))
  const rest = Math.min(24, 26 - bits + (random() % 2))
  const y = (random() & ((1 << rest) - 1)) | 1 | (1 << (rest - 1))
  return [leading(random(), 64 + (random() % 128), x), leading(random(), 64 + (random() % 128), y)]
}

/** The product's exponent lies around the greatest one, or between the smallest normal number and nothing. */
const productEnds: Draw = (random) => {
  const sum = (random() & 1 ? 127 + 252 : 127 - 26) + (random() % 30)
  const low = Math.max(0, sum - 254)
  const e = low + (random() % (Math.min(254, sum) - low + 1))
  const few = random() & 1 ? 0x7ff000 : FRACTION
  return [number(random(), e, random() & few), number(random(), sum - e, random() & few)]
}

/** The quotient has few bits and is exact, or misses that by one unit of the dividend. */
const quotientExact: Draw = (random) => {
  const y = 1 + (random() & 0xfff)
  const q = 1 + (random() & 0x7ff)
  const a = leading(random(), 20 + (random() % 200), y * q)
  return [word(a + near(random)), leading(random(), 20 + (random() % 200), y)]
}

/** The quotient's exponent lies around either end; with few bits, a subnormal one is often a tie. */
const quotientEnds: Draw = (random) => {
  const difference = (random() & 1 ? 124 : -152) + (random() % 30)
  const low = Math.max(0, -difference)
  const f = Math.min(254, low + (random() % (254 - Math.abs(difference) + 1 || 1)))
  const few = random() & 1 ? 0x780000 : FRACTION
  return [number(random(), Math.min(254, f + difference), random() & few), number(random(), f, random() & (random() & 1 ? 0 : few))]
}

/** Squares of up to 12 bits, and their neighbours; half of the rest near the smallest numbers. */
const square: Draw = (random) => {
  const root = 1 + (random() & 0xfff)
  if (random() & 1) return [word(leading(0, random() % 255, (root * root) & 0xffffff || 1) + near(random)), 0]
  return [random() & 1 ? random() >>> 1 : (random() >>> 1) & 0x1ffffff, 0]
}

/** The bits below the unit are none, half, all, or one off. */
const fractional: Draw = (random) => {
  const exponent = 125 + (random() % 27)
  const below = Math.min(23, Math.max(0, 150 - exponent))
  const halves = [0, below === 0 ? 0 : 1 << (below - 1), (1 << below) - 1]
  const fraction = (random() & FRACTION & ~((1 << below) - 1)) | halves[random() % 3]!
  return [word(number(random(), exponent, fraction) + near(random)), random()]
}

/** Around the ends of the 32-bit integers, and from one half upwards. */
const integral: Draw = (random) => [
  word(number(random(), random() & 1 ? 156 + (random() % 4) : 124 + (random() % 36), random()) + near(random)),
  0,
]

/** More than 24 bits of an integer, those past the 24th half a unit, or one off. */
const integerTie: Draw = (random) => {
  const past = random() % 9
  const m = ((0x800000 | random()) & 0xffffff) >>> 0
  const magnitude = m * (1 << past) + (past === 0 ? 0 : 1 << (past - 1)) + near(random)
  return [word(random() & 1 ? magnitude : -magnitude), 0]
}

/** Equal numbers, neighbours, opposites. */
const closeness: Draw = (random) => {
  const a = random()
  const b = word(a + near(random))
  return [a, random() & 1 ? b : word(b ^ SIGN)]
}

/** Small integers, powers of two and their neighbours, of both signs; shift amounts past 31. */
const smallIntegers: Draw = (random) => {
  const one = (): number => (random() & 1 ? word((random() & 127) - 64) : word((1 << (random() & 31)) + near(random)))
  return random() & 1 ? [one(), one()] : random() & 1 ? [random(), one()] : [one(), random()]
}

/** A number of the second operand's multiples, or one off. */
const multiple: Draw = (random) => {
  const b = random() >>> (random() & 31)
  const a = Math.imul(b, random() >>> (random() & 31)) + near(random)
  return random() & 1 ? [word(a), b] : [word(a), word(-b)]
}

const FAMILIES: Readonly<Record<string, readonly Draw[]>> = {
  'f32.add': [sumTie, cancellation, sumEnds],
  'f32.sub': [sumTie, cancellation, sumEnds],
  'f32.mul': [productTie, productEnds],
  'f32.div': [quotientExact, quotientEnds],
  'f32.sqrt': [square],
  ...{ 'f32.floor': [fractional], 'f32.ceil': [fractional], 'f32.trunc': [fractional], 'f32.nearest': [fractional] },
  ...{ 'i32.from_f32': [integral, fractional], 'f32.from_i32': [integerTie] },
}

/**
 * Fills `pairs` (a, b, a, b, ...) for an operation: one part in four as `operandPairs` draws them, one with special values, the rest from
 * the operation's own places. The same seed gives the same cases.
 */
export function denseCases(name: string, seed: number, pairs: Uint32Array): void {
  const ordinary = operandPairs(Math.ceil(pairs.length / 8), seed)
  const random = randomWords(Math.imul(seed, 0x9e3779b1))
  const own = FAMILIES[name] ?? (name.startsWith('i32.') ? [smallIntegers, multiple] : [closeness])
  for (let index = 0; index < pairs.length; index += 2) {
    const turn = index & 6
    const from = turn === 0 ? index >> 2 : 0
    const draw = turn === 2 ? special : own[random() % own.length]!
    const [a, b] = turn === 0 ? [ordinary[from & ~1]!, ordinary[from | 1]!] : draw(random)
    pairs[index] = a
    pairs[index + 1] = b
  }
}
