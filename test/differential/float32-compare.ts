import { OPCODES } from '@opine/models/ir/opcodes.ts'
import { bitsOf, fromBits } from '@opine/models/numerics/bits.ts'
import { denseCases } from '@opine/models/numerics/dense-cases.ts'
import { machineOp } from '@opine/models/numerics/machine-ops.ts'
import { productCases } from '@opine/models/numerics/product-cases.ts'
import { SCALAR_OPS } from '@opine/models/numerics/scalar.ts'
import type { SoftOp } from '@opine/models/numerics/soft/ops.ts'

export type Comparison = { readonly name: string; readonly soft: SoftOp; readonly others: Readonly<Record<string, SoftOp>> }

/** The names of all operations that calculate. */
export const ARITHMETIC: readonly string[] = Object.keys(OPCODES).filter((name) => OPCODES[name]!.code >= 0x10)

/** What an operation in integers has to equal: this machine's own instruction, and the definition, which rounds by `Math.fround`. */
export function comparison(name: string, soft: SoftOp): Comparison {
  return { name, soft, others: { machine: machineOp(name), definition: definition(name) } }
}

/** The definition on patterns, 0 .. 2^32 - 1. */
function definition(name: string): SoftOp {
  const { takes, gives } = OPCODES[name]!
  const operation = SCALAR_OPS[name]!
  const operand = takes[0] === 'f32' ? fromBits : (word: number) => word | 0
  if (gives[0] === 'f32') return (a, b) => bitsOf(operation(operand(a), operand(b)))
  return (a, b) => operation(operand(a), operand(b)) >>> 0
}

/** The first of the pairs for which an implementation gives other bits, in words; none if they all agree. */
export function firstDifference({ name, soft, others }: Comparison, pairs: Uint32Array): string | undefined {
  for (const [label, other] of Object.entries(others)) {
    for (let index = 0; index < pairs.length; index += 2) {
      const [a, b] = [pairs[index]!, pairs[index + 1]!]
      const [got, want] = [soft(a, b), other(a, b)]
      if (got !== want) return `${name} ${hex(a)} ${hex(b)}: ${hex(got)} in integers, ${hex(want)} by the ${label}`
    }
  }
  return undefined
}

/** Compares on so many cases drawn for the operation, some of them at a time. */
export function compareDense(comparison: Comparison, seed: number, cases: number, batch = 1 << 19): string | undefined {
  const pairs = new Uint32Array(2 * batch)
  for (let done = 0; done < cases; done += batch) {
    const part = pairs.subarray(0, 2 * Math.min(batch, cases - done))
    denseCases(comparison.name, seed + done, part)
    const difference = firstDifference(comparison, part)
    if (difference !== undefined) return difference
  }
  return undefined
}

/** Compares an operation of one operand on all 2^32 patterns. */
export function compareAll(comparison: Comparison): string | undefined {
  const pairs = new Uint32Array(1 << 21)
  for (let first = 0; first < 0x100000000; first += pairs.length / 2) {
    for (let index = 0; index < pairs.length; index += 2) pairs[index] = first + index / 2
    const difference = firstDifference(comparison, pairs)
    if (difference !== undefined) return difference
  }
  return undefined
}

/** Terms of the sums that are tried. */
export const SUM_LENGTHS = [1, 2, 3, 7, 8, 20, 128] as const

/** Sums of products as contracts/libraries/Float32Sum.sol takes them. */
export type SumOp = (pairs: Uint32Array, first: number, count: number) => number

/** A sum of products by this machine's own instructions, term after term. */
export function machineSum(): SumOp {
  const [mul, add] = [machineOp('f32.mul'), machineOp('f32.add')]
  return (pairs, first, count) => {
    let sum = 0
    for (let index = 2 * first; index < 2 * (first + count); index += 2) sum = add(sum, mul(pairs[index]!, pairs[index + 1]!))
    return sum
  }
}

/** Compares sums of each length, of so many products in all. */
export function compareSums(soft: SumOp, seed: number, products: number, batch = 1 << 17): string | undefined {
  const machine = machineSum()
  const pairs = new Uint32Array(2 * batch)
  for (let done = 0, turn = 0; done < products; done += batch, turn++) {
    const length = SUM_LENGTHS[turn % SUM_LENGTHS.length]!
    productCases(seed + turn, length, pairs)
    for (let first = 0; first + length <= batch; first += length) {
      const [got, want] = [soft(pairs, first, length), machine(pairs, first, length)]
      if (got === want) continue
      const terms = Array.from(pairs.subarray(2 * first, 2 * (first + length)), hex).join(' ')
      return `sum of ${terms}: ${hex(got)} in integers, ${hex(want)} by the machine`
    }
  }
  return undefined
}

export const hex = (word: number): string => word.toString(16).padStart(8, '0')
