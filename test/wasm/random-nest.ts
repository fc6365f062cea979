import { OpineError } from '@opine/dispute-game/errors.ts'
import { claimsOf } from '@opine/models/ir/claims.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { randomExpression } from '@opine/models/ir/random-expression.ts'
import { randomElements } from '@opine/models/ir/random-program.ts'
import {
  type Axis,
  type Constant,
  type InputSpec,
  type Kernel,
  type Load,
  type Program,
  product,
  type ScalarType,
  type StoreType,
  scalarOf,
} from '@opine/models/ir/types.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { canonicalBits } from '@opine/models/numerics/bits.ts'

const EXTENTS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 20, 24] as const
const LARGEST = 40_000

/** How one load reads: its axes, and how many elements they span. */
type Reading = { readonly axes: readonly Axis[]; readonly count: number; readonly follows: boolean }

/**
 * A valid program of one kernel that looks like what models are made of: products, convolutions with strides, dilation, padding and groups, pools,
 * transposes, concatenations; extents up to a few dozen, operands of every type, in inputs and constants, some of them not numbers.
 */
export function randomNest(random: Random): Program {
  for (;;) {
    const program = draw(random)
    try {
      validateProgram(program)
      return program
    } catch (error) {
      // Too long an expression for its block, mostly.
      if (!(error instanceof OpineError)) throw error
    }
  }
}

function draw(random: Random): Program {
  const folds = random.chance(0.75)
  const shape = extentsOf(random, random.between(1, 4), folds ? 2000 : 8000)
  const reduced = folds ? extentsOf(random, random.between(1, 3), Math.max(1, Math.min(300, Math.floor(LARGEST / product(shape))))) : []
  const extents = [...shape, ...reduced]
  const type: ScalarType = random.chance(0.8) ? 'f32' : 'i32'
  const readings = Array.from({ length: random.between(folds ? 2 : 1, 4) }, (_, at) =>
    readingOf(random, extents, folds && at > 1 ? shape.length : extents.length),
  )
  const inputs: InputSpec[] = []
  const constants: Constant[] = []
  const types = readings.map((_, at): StoreType => storeTypeOf(random, at < 2 ? type : random.pick(['f32', 'i32'] as const)))
  const inInputs = readings.map((_, at) => at === 0 || random.chance(0.4))
  const place: number[] = []
  readings.forEach(({ count }, at) => {
    if (inInputs[at]) place[at] = inputs.push({ type: types[at]!, count }) - 1
  })
  readings.forEach(({ count }, at) => {
    if (!inInputs[at])
      place[at] = inputs.length + constants.push({ type: types[at]!, count, bytes: elementsOf(random, types[at]!, count) }) - 1
  })
  const loads = readings.map(
    ({ axes }, at): Load => ({ buffer: place[at]!, lag: 0, base: baseOf(axes), fill: fillOf(random, types[at]!), axes }),
  )
  const kernel = kernelOf(random, { shape, reduced, type, loads, types, readings })
  const program = { inputs, constants, kernels: [kernel], places: [{ committed: true, first: 0, length: 1 }], outputs: [0] }
  return { ...program, claims: claimsOf(program) }
}

type Parts = {
  readonly shape: readonly number[]
  readonly reduced: readonly number[]
  readonly type: ScalarType
  readonly loads: readonly Load[]
  readonly types: readonly StoreType[]
  readonly readings: readonly Reading[]
}

function kernelOf(random: Random, { shape, reduced, type, loads, types, readings }: Parts): Kernel {
  const resultType = random.chance(0.8) ? type : random.pick(['f32', 'i32'] as const)
  const storeType = resultType === 'f32' ? 'f32' : random.pick(['i32', 'i8', 'u8'] as const)
  const typed = types.map((stored, index) => ({ index, type: scalarOf(stored) }))
  const variables = shape.length + reduced.length
  const fold = reduced.length > 0 ? type : null
  const steady = typed.filter(({ index }) => !readings[index]!.follows || !fold)
  const plain = random.chance(0.7)
  const product = [{ op: 'load', arg: 0 }, { op: 'load', arg: 1 }, { op: `${type}.mul` }]
  const term = !fold ? [] : plain ? product : randomExpression(random, type, { loads: typed, variables, fold: null })
  const whole = fold !== null && fold === resultType && random.chance(0.5)
  const result = whole ? [{ op: 'fold' }] : randomExpression(random, resultType, { loads: steady, variables: shape.length, fold })
  const block = random.chance(0.5) ? random.between(1, 12) : random.pick([16, 32, 64, 128])
  const op = random.chance(0.7) ? 'sum' : random.pick(['prod', 'max', 'min'] as const)
  return {
    foldType: fold ?? 'f32',
    resultType,
    storeType,
    shape,
    reduce: fold ? { op, extents: reduced, block } : null,
    loads,
    term,
    result,
  }
}

function extentsOf(random: Random, rank: number, limit: number): number[] {
  const extents: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const room = limit / product(extents)
    extents.push(random.pick(EXTENTS.filter((extent) => extent <= room)))
  }
  return extents
}

/** Axes over some of the variables, each alone or a window over a pair, dense in any order; some of them padded. */
function readingOf(random: Random, extents: readonly number[], variables: number): Reading {
  const outputs = Array.from({ length: variables }, (_, v) => v)
  const chosen = shuffled(
    random,
    outputs.filter(() => random.chance(0.65)),
  ).slice(0, 8)
  const forms: { variable: number; coefficient: number }[][] = []
  for (const variable of chosen) {
    const coefficient = random.chance(0.85) ? 1 : random.pick([-1, 2, 3])
    const pair = forms.at(-1)
    if (forms.length >= 6 || (pair?.length === 1 && random.chance(0.3))) pair!.push({ variable, coefficient })
    else forms.push([{ variable, coefficient }])
  }
  const ordered = random.chance(0.5) ? forms : shuffled(random, forms)
  const drawn = ordered.map((terms) => {
    const low = terms.reduce((sum, { variable, coefficient }) => sum + Math.min(0, coefficient * (extents[variable]! - 1)), 0)
    const high = terms.reduce((sum, { variable, coefficient }) => sum + Math.max(0, coefficient * (extents[variable]! - 1)), 0)
    const padded = random.chance(0.35) ? random.between(0, 2) : 0
    const span = high - low + 1
    const extent = Math.max(1, span - padded - (padded > 0 ? random.between(0, 2) : 0))
    return { terms: terms.toSorted((a, b) => a.variable - b.variable), offset: -low - padded, extent }
  })
  const order = random.chance(0.6)
    ? drawn.map((_, at) => at)
    : shuffled(
        random,
        drawn.map((_, at) => at),
      )
  const strides: number[] = []
  let count = 1
  for (const at of order.toReversed()) {
    strides[at] = count
    count *= drawn[at]!.extent
  }
  const axes = drawn.map(
    ({ terms, offset, extent }, at): Axis => ({ extent, stride: strides[at]!, coordinate: { kind: 'affine', offset, terms } }),
  )
  return { axes, count, follows: chosen.some((variable) => variable >= variables) || variables === extents.length }
}

const baseOf = (axes: readonly Axis[]): number => axes.reduce((sum, { stride, extent }) => sum - Math.min(0, stride * (extent - 1)), 0)

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const rest = [...items]
  return items.map(() => rest.splice(random.below(rest.length), 1)[0]!)
}

const storeTypeOf = (random: Random, type: ScalarType): StoreType =>
  type === 'f32' ? (random.chance(0.9) ? 'f32' : 'f16') : random.pick(['i32', 'i8', 'u8'] as const)

const fillOf = (random: Random, type: StoreType): number => {
  const zero = random.chance(0.5)
  if (zero) return 0
  return scalarOf(type) === 'f32' ? canonicalBits(random.bits()) : random.word()
}

/** Mostly numbers of moderate size, so that sums depend on their order; now and then any bits. */
export function elementsOf(random: Random, type: StoreType, count: number): Uint8Array {
  if (type !== 'f32' || random.chance(0.15)) return randomElements(random, type, count)
  const strange = random.chance(0.3) ? 0.02 : 0
  const words = Uint32Array.from({ length: count }, () => {
    if (random.chance(strange)) return random.bits()
    return ((random.word() & 0x807fffff) | (random.between(120, 134) << 23)) >>> 0
  })
  return new Uint8Array(words.buffer)
}
