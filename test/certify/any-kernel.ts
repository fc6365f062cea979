import { scalarOfBits } from '@opine/models/exec/reference/buffer.ts'
import type { Coordinate, Expression, Kernel, Load, ScalarType } from '@opine/models/ir/types.ts'
import { fromBits } from '@opine/models/numerics/bits.ts'
import { SCALAR_OPS } from '@opine/models/numerics/scalar.ts'
import { type AnyArithmetic, atomSum, constantSum, type Sum } from './any-arithmetic.ts'

/** An operand: its elements, each perhaps a sum that was not calculated yet. */
export type Operand = { readonly type: ScalarType; readonly element: (index: number) => Sum }

/**
 * One element of a kernel, calculated in some correct way.
 * @param asFloat  whether integers are calculated with as floats
 */
export function anyElement(
  kernel: Kernel,
  operands: readonly Operand[],
  element: number,
  arithmetic: AnyArithmetic,
  asFloat: boolean,
): Sum {
  const { shape, reduce, loads } = kernel
  const output = coordinatesOf(shape, element)
  const run = (code: Expression, variables: readonly number[], fold: Sum | null, folded: boolean): Sum =>
    evaluate(code, { loads, operands, variables, fold, folded, arithmetic, asFloat })
  if (!reduce) return run(kernel.result, output, null, false)
  const count = reduce.extents.reduce((total, extent) => total * extent, 1)
  const terms = Array.from({ length: count }, (_, term) =>
    run(kernel.term, [...output, ...coordinatesOf(reduce.extents, term)], null, reduce.op === 'sum'),
  )
  return run(kernel.result, output, folded(kernel, terms, arithmetic, asFloat), false)
}

function folded({ reduce, foldType, term: code }: Kernel, terms: readonly Sum[], arithmetic: AnyArithmetic, asFloat: boolean): Sum {
  const linear = foldType === 'f32' || asFloat
  if (reduce!.op === 'sum' && linear) {
    const multiplied = code.some(({ op }) => op.endsWith('.mul'))
    return terms.map((term) => arithmetic.fold(term, multiplied)).reduce((total, term) => arithmetic.add(total, term))
  }
  const name = `${foldType}.${{ sum: 'add', prod: 'mul', max: 'max', min: 'min' }[reduce!.op]}`
  const backwards = arithmetic.may()
  const values = terms.map((term) => arithmetic.settle(term))
  return atomSum((backwards ? values.reverse() : values).reduce((total, value) => SCALAR_OPS[name]!(total, value)))
}

type Scope = {
  readonly loads: readonly Load[]
  readonly operands: readonly Operand[]
  readonly variables: readonly number[]
  readonly fold: Sum | null
  readonly folded: boolean
  readonly arithmetic: AnyArithmetic
  readonly asFloat: boolean
}

function evaluate(code: Expression, scope: Scope): Sum {
  const { arithmetic } = scope
  const stack: Sum[] = []
  const locals: Sum[] = []
  // What code calculates from its own constants is calculated once, by the reference, when a graph is made.
  const immediates = new Set<Sum>()
  const immediate = (value: number): Sum => {
    const sum = constantSum(value)
    immediates.add(sum)
    return sum
  }
  for (const { op, arg = 0 } of code) {
    if (op === 'load') stack.push(loaded(scope, arg))
    else if (op === 'inrange') stack.push(atomSum(addressOf(scope, scope.loads[arg]!) === null ? 0 : 1))
    else if (op === 'var') stack.push(atomSum(scope.variables[arg]!))
    else if (op === 'f32.const') stack.push(immediate(fromBits(arg)))
    else if (op === 'i32.const') stack.push(immediate(arg | 0))
    else if (op === 'fold') stack.push(scope.fold!)
    else if (op === 'get') stack.push(locals[arg]!)
    else if (op === 'set') locals[arg] = stack.pop()!
    else if (op === 'select') {
      const [a, b, condition] = stack.splice(-3)
      stack.push(arithmetic.settle(condition!) !== 0 ? a! : b!)
    } else {
      const takes = UNARY.has(op.slice(4)) ? 1 : 2
      const operands = stack.splice(-takes)
      const known = operands.every((operand) => immediates.has(operand)) ? operands.map(([term]) => term!.weights[0]!) : null
      const folded = known ? SCALAR_OPS[op]!(known[0]!, known[1] ?? 0) : Number.NaN
      stack.push(Number.isNaN(folded) ? operated(op, operands, scope) : immediate(folded))
    }
  }
  return stack[0]!
}

const UNARY = new Set(['sqrt', 'neg', 'abs', 'floor', 'ceil', 'trunc', 'nearest', 'from_f32', 'from_i32', 'bits'])

function operated(op: string, [a, b]: readonly Sum[], { arithmetic, asFloat, folded: inFold }: Scope): Sum {
  const linear = op.startsWith('f32.') || asFloat
  if (op === 'f32.from_i32') {
    const constant = a!.every(({ atoms }) => atoms.length === 0)
    return asFloat ? a! : (constant ? constantSum : atomSum)(SCALAR_OPS[op]!(arithmetic.settle(a!), 0))
  }
  if (linear) {
    const name = op.slice(4)
    if (name === 'add') return arithmetic.add(a!, b!)
    if (name === 'sub') return arithmetic.add(a!, arithmetic.negate(b!))
    if (name === 'mul') return arithmetic.multiply(a!, b!, inFold)
    if (name === 'neg') return arithmetic.negate(a!)
    if (name === 'div' && op === 'f32.div') return divided(a!, b!, arithmetic, inFold)
  }
  const settled = [a, b].map((operand) => (operand ? arithmetic.settle(operand) : 0))
  return atomSum(SCALAR_OPS[op]!(settled[0]!, settled[1]!))
}

function divided(a: Sum, b: Sum, arithmetic: AnyArithmetic, inFold: boolean): Sum {
  const divisor = arithmetic.settle(b)
  const size = Math.abs(divisor)
  const isPower = size > 0 && size < Infinity && 2 ** Math.round(Math.log2(size)) === size
  if (isPower) return arithmetic.multiply(a, constantSum(1 / divisor), inFold)
  return atomSum(Math.fround(arithmetic.settle(a) / divisor))
}

function loaded(scope: Scope, number: number): Sum {
  const load = scope.loads[number]!
  const operand = scope.operands[number]!
  const address = addressOf(scope, load)
  if (address === null) return constantSum(scalarOfBits(operand.type, load.fill))
  return operand.element(address)
}

function addressOf(scope: Scope, { base, axes }: Load): number | null {
  let address = base
  for (const { extent, stride, coordinate } of axes) {
    const place = placeOf(scope, coordinate)
    if (place < 0 || place >= extent) return null
    address += stride * place
  }
  return address
}

function placeOf(scope: Scope, coordinate: Coordinate): number {
  if (coordinate.kind === 'indexed') return coordinate.offset + scope.arithmetic.settle(loaded(scope, coordinate.load))
  return coordinate.terms.reduce((sum, { variable, coefficient }) => sum + coefficient * scope.variables[variable]!, coordinate.offset)
}

function coordinatesOf(extents: readonly number[], index: number): number[] {
  const coordinates: number[] = []
  let rest = index
  for (const extent of extents.toReversed()) {
    coordinates.unshift(rest % extent)
    rest = Math.floor(rest / extent)
  }
  return coordinates
}
