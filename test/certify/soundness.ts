import type { Certificate } from '@opine/models/certify/certificate.ts'
import type { CertifyOptions } from '@opine/models/certify/certify.ts'
import { PROVIDER_CLASSES } from '@opine/models/certify/classes.ts'
import { conditionOf } from '@opine/models/certify/conditions.ts'
import { readerOf, writerOf } from '@opine/models/exec/reference/buffer.ts'
import { bufferReader, execute } from '@opine/models/exec/reference/execute.ts'
import { bufferSpec } from '@opine/models/exec/reference/kernel.ts'
import { Random } from '@opine/models/ir/random.ts'
import { bufferOf, byteSize, type InputSpec, type Program, product, type StoreType, scalarOf } from '@opine/models/ir/types.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { AnyArithmetic, atomSum, constantSum, type Sum } from './any-arithmetic.ts'
import { anyElement, type Operand } from './any-kernel.ts'
import { randomNet } from './random-net.ts'

export type Certify = (program: Program, options?: CertifyOptions) => Certificate

/** What was tried. @property disagreement  the first thing that a certificate said and that was not so */
export type Tried = {
  readonly programs: number
  readonly kernels: number
  readonly certified: number
  readonly runs: number
  readonly elements: number
  readonly disagreement: string | null
}

/**
 * Certifies random networks and runs what is certified in any correct way, on inputs that go to the corners.
 * @param runs  executions of a network
 * @param make  draws a network
 */
export function trySoundness(
  certify: Certify,
  first: number,
  end: number,
  runs: number,
  make: (random: Random) => Program = randomNet,
): Tried {
  const total = { kernels: 0, certified: 0, runs: 0, elements: 0 }
  for (let seed = first; seed < end; seed++) {
    const random = new Random(seed)
    const program = make(random)
    validateProgram(program)
    const certificate = certify(program)
    const certified = certificate.kernels.filter(({ verdict }) => verdict === 'orderFree').length
    total.kernels += certificate.kernels.length
    total.certified += certified
    for (let run = 0; run < runs; run++) {
      const found = disagreement(program, certificate, random, total)
      if (found) return { programs: seed + 1 - first, ...total, disagreement: `program ${seed}, run ${run}: ${found}` }
      total.runs++
    }
  }
  return { programs: end - first, ...total, disagreement: null }
}

function disagreement(program: Program, { kernels, conditions }: Certificate, random: Random, total: { elements: number }): string | null {
  const free = program.inputs.map((_, input) => conditions.every((condition) => condition.input !== input))
  const inputs = cornerInputs(program, kernels.length, free, random)
  const reference = execute(program, inputs)
  const read = bufferReader(program, inputs, reference)
  const first = bufferOf(program, 0)
  const provider = random.pick(PROVIDER_CLASSES)
  const arithmetic = new AnyArithmetic(random, provider)
  const sums = new Map<number, readonly Sum[]>()
  const covered = (kernel: number): boolean => kernels[kernel]!.verdict === 'orderFree' && kernels[kernel]!.classes.includes(provider)
  const operandOf = (buffer: number): Operand => {
    const { type } = bufferSpec(program, buffer)
    const element = readerOf(type, read(buffer))
    const constant = buffer >= program.inputs.length && buffer < first
    const known = sums.get(buffer - first)
    return { type: scalarOf(type), element: (index) => known?.[index] ?? (constant ? constantSum : atomSum)(element(index)) }
  }
  for (const [index, each] of program.kernels.entries()) {
    const truth = readerOf(each.storeType, reference[index]!)
    const range = outOfRange(truth, product(each.shape), kernels[index]!.output)
    if (range !== null) return `kernel ${index} gives ${range}, which is not of the range ${JSON.stringify(kernels[index]!.output)}`
    if (!covered(index)) continue
    const asFloat = kernels[index]!.asFloat.includes(provider) && random.chance(0.5)
    const operands = each.loads.map(({ buffer }) => operandOf(buffer))
    const results: Sum[] = []
    for (let element = 0; element < product(each.shape); element++) {
      const result = anyElement(each, operands, element, arithmetic, asFloat)
      const value = stored(each.storeType, arithmetic.settle(result))
      const expected = truth(element)
      total.elements++
      if (Object.is(expected, -0)) return `kernel ${index}, element ${element}: the reference stores -0`
      if (value !== expected) return `kernel ${index}, element ${element}, ${provider}: ${value} in place of ${expected}`
      // What reads it may be fused with what it was calculated from.
      results.push(each.storeType === 'f32' && arithmetic.may() ? result : atomSum(value))
    }
    sums.set(index, results)
  }
  return null
}

function outOfRange(
  read: (element: number) => number,
  count: number,
  { exponent, least, greatest }: Certificate['kernels'][number]['output'],
): number | null {
  for (let element = 0; element < count; element++) {
    const value = read(element)
    const inside = (least === null || value >= least) && (greatest === null || value <= greatest)
    const whole = exponent === null || Number.isInteger(value / 2 ** exponent)
    if (!inside || !whole) return value
  }
  return null
}

function stored(type: StoreType, value: number): number {
  const bytes = new Uint8Array(4)
  writerOf(type as Exclude<StoreType, 'f16'>, bytes)(0, value === 0 ? 0 : value)
  return readerOf(type, bytes)(0)
}

/** Inputs at the ends of their ranges, so chosen that an element of a kernel becomes as great or as small as can be; some of them random. */
function cornerInputs(program: Program, kernels: number, free: readonly boolean[], random: Random): Uint8Array[] {
  const element = (spec: InputSpec, input: number): number =>
    free[input] && spec.type === 'f32' && random.chance(0.3) ? random.pick(UNUSUAL) : corner(spec, input, random)
  const values = program.inputs.map((spec, input) => Array.from({ length: spec.count }, () => element(spec, input)))
  const pack = (): Uint8Array[] => program.inputs.map((spec, input) => packed(spec, values[input]!))
  if (random.chance(0.5)) return pack()
  const kernel = random.below(kernels)
  const place = random.below(product(program.kernels[kernel]!.shape))
  const sign = random.chance(0.5) ? 1 : -1
  const score = (): number => sign * readerOf(program.kernels[kernel]!.storeType, execute(program, pack())[kernel]!)(place)
  let best = score()
  for (const [input, spec] of program.inputs.entries()) {
    for (let place = 0; place < spec.count; place++) {
      const before = values[input]![place]!
      values[input]![place] = element(spec, input)
      const now = score()
      if (now >= best) best = now
      else values[input]![place] = before
    }
  }
  return pack()
}

/** What an input may be besides where no condition is stated of it. */
const UNUSUAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 127, -(2 ** 100), 2 ** -149, -(2 ** -130)]

function corner(spec: InputSpec, input: number, random: Random): number {
  const { least, greatest } = conditionOf(spec, input)
  const odd = random.pick([least, greatest, least + 1, greatest - 1])
  if (spec.type !== 'f32') return random.chance(0.8) ? odd : random.between(least, greatest)
  return random.pick([
    least,
    greatest,
    0,
    -0,
    300,
    -300,
    random.between(-500, 500),
    random.between(-5000, 5000) / 64,
    2 ** -100,
    -(2 ** -77),
  ])
}

function packed({ type, count }: InputSpec, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(count * byteSize(type))
  const write = writerOf(type as Exclude<typeof type, 'f16'>, bytes)
  for (const [element, value] of values.entries()) write(element, value)
  return bytes
}
