import { claimsOf } from './claims.ts'
import type { Random } from './random.ts'
import { type RandomOperand, randomKernel } from './random-kernel.ts'
import {
  byteSize,
  type Constant,
  type InputSpec,
  type Kernel,
  type Place,
  type Program,
  product,
  STORE_TYPES,
  type StoreType,
  scalarOf,
} from './types.ts'

/** A valid program of 1 to 3 inputs, up to 3 constants and 1 to 9 kernels in segments of up to 4, some of them interior. */
export function randomProgram(random: Random): Program {
  const sized = () => ({ type: random.pick(STORE_TYPES), count: random.between(1, 80) })
  const inputs: InputSpec[] = Array.from({ length: random.between(1, 3) }, sized)
  const constants = Array.from({ length: random.below(4) }, (): Constant => {
    const { type, count } = sized()
    return { type, count, bytes: randomElements(random, type, count) }
  })
  const firstKernel = inputs.length + constants.length
  const places = randomPlaces(random, random.between(1, 9))
  const kernels: Kernel[] = []
  const operands: (RandomOperand & { readonly place?: Place })[] = [...inputs, ...constants].map(({ type, count }, buffer) => ({
    buffer,
    type,
    count,
  }))
  for (const [index, place] of places.entries()) {
    const visible = operands.filter((operand) => !operand.place || operand.place.committed || operand.place.first === place.first)
    const kernel = randomKernel(random, visible)
    kernels.push(kernel)
    operands.push({ buffer: firstKernel + index, type: kernel.storeType, count: product(kernel.shape), place })
  }
  const committed = places.flatMap((place, index) => (place.committed ? [index] : []))
  const outputs = committed.filter((index) => index === committed.at(-1) || random.chance(0.2)).slice(-16)
  const program = { inputs, constants, kernels, places, outputs: outputs.toReversed() }
  return { ...program, claims: claimsOf(program) }
}

/** Bytes of the inputs of a program, as `randomElements`. */
export const randomInputs = (random: Random, { inputs }: Program): Uint8Array[] =>
  inputs.map(({ type, count }) => randomElements(random, type, count))

/** Raw elements of a buffer: any bytes, or, of integers, often small numbers, which are good indices. */
export function randomElements(random: Random, type: StoreType, count: number): Uint8Array {
  const bytes = random.bytes(count * byteSize(type))
  if (scalarOf(type) === 'f32' || random.chance(0.4)) return bytes
  const size = byteSize(type)
  for (let element = 0; element < count; element++) {
    const value = random.between(-4, 24)
    for (let byte = 0; byte < size; byte++) bytes[element * size + byte] = value >> (8 * byte)
  }
  return bytes
}

function randomPlaces(random: Random, kernels: number): Place[] {
  const places: Place[] = []
  while (places.length < kernels) {
    const first = places.length
    const length = Math.min(random.between(1, 4), kernels - first)
    // The last kernel of a segment is committed, else the segment would be for nothing.
    for (let index = 1; index <= length; index++) places.push({ committed: index === length || random.chance(0.4), first, length })
  }
  return places
}
