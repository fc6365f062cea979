import type { NodeReader } from '../node.ts'
import { type Integers, overBroadcast, truth } from './integers.ts'

export type Evaluation = (inputs: readonly Integers[], node: NodeReader) => Integers | null

const arithmetic =
  (combine: (a: bigint, b: bigint) => bigint): Evaluation =>
  (inputs) => {
    const [first, ...rest] = inputs
    return rest.reduce<Integers | null>((total, next) => {
      const result = total && overBroadcast([total, next], ([a, b]) => combine(a!, b!))
      return result && { type: first!.type, ...result }
    }, first ?? null)
  }

const comparison =
  (holds: (a: bigint, b: bigint) => boolean): Evaluation =>
  (inputs) => {
    const result = inputs.length === 2 ? overBroadcast(inputs, ([a, b]) => truth(holds(a!, b!))) : null
    return result && { type: 'bool', ...result }
  }

const unary =
  (change: (value: bigint) => bigint): Evaluation =>
  ([input]) =>
    input ? { ...input, values: input.values.map(change) } : null

/** Quotients by 0 are what the kernels' arithmetic gives. */
const divide = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a / b)

/** The remainder with the dividend's sign, or with the divisor's. */
const remainder: Evaluation = (inputs, node) => {
  const signOfDividend = node.int('fmod', 0) === 1
  const modulo = (a: bigint, b: bigint): bigint => {
    const rest = b === 0n ? 0n : a % b
    return signOfDividend || rest === 0n || rest < 0n === b < 0n ? rest : rest + b
  }
  return inputs.length === 2 ? arithmetic(modulo)(inputs, node) : null
}

const where: Evaluation = (inputs) => {
  const [condition, chosen, other] = inputs
  if (!condition || !chosen || !other) return null
  const result = overBroadcast([condition, chosen, other], ([c, a, b]) => (c !== 0n ? a! : b!))
  return result && { type: chosen.type, ...result }
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** ONNX operators whose inputs are integers or booleans. */
export const ELEMENTWISE_EVALUATIONS: Readonly<Record<string, Evaluation>> = {
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Div: arithmetic(divide),
  Sum: arithmetic((a, b) => a + b),
  Min: arithmetic(least),
  Max: arithmetic(greatest),
  Mod: remainder,
  Neg: unary((value) => -value),
  Abs: unary((value) => (value < 0n ? -value : value)),
  Not: unary((value) => truth(value === 0n)),
  And: comparison((a, b) => a !== 0n && b !== 0n),
  Or: comparison((a, b) => a !== 0n || b !== 0n),
  Xor: comparison((a, b) => (a !== 0n) !== (b !== 0n)),
  Equal: comparison((a, b) => a === b),
  Less: comparison((a, b) => a < b),
  LessOrEqual: comparison((a, b) => a <= b),
  Greater: comparison((a, b) => a > b),
  GreaterOrEqual: comparison((a, b) => a >= b),
  Where: where,
}
