import { fromBits } from '../numerics/bits.ts'
import { bufferOf, type Coordinate, type Expression, type Instruction, indicesOf, type Kernel, type Load, type Program } from './types.ts'

/**
 * What people call such a kernel: `convolution`, `matrix product`, `sum`, `maximum`, `product`, `minimum`, or the operations of a map; a map
 * that reads where other loads point is a `gather`.
 */
export function kernelKind(kernel: Kernel): string {
  if (!kernel.reduce) {
    const done = operations(kernel.result)
    if (!kernel.loads.some((load) => indicesOf(load).length > 0)) return `map ${done}`
    return done === 'copy' ? 'gather' : `gather ${done}`
  }
  if (kernel.reduce.op !== 'sum') return { max: 'maximum', min: 'minimum', prod: 'product' }[kernel.reduce.op]
  const multiplies = kernel.term.some(({ op }) => op.endsWith('.mul'))
  if (!multiplies || kernel.loads.length < 2) return 'sum'
  return kernel.loads.some(({ axes }) => axes.some(({ coordinate }) => slides(kernel, coordinate))) ? 'convolution' : 'matrix product'
}

/** Whether neighbouring places of one variable overlap those of another, as windows do; nested places (row and column) do not. */
function slides({ shape, reduce }: Kernel, coordinate: Coordinate): boolean {
  if (coordinate.kind !== 'affine' || coordinate.terms.length !== 2) return false
  const extents = [...shape, ...(reduce?.extents ?? [])]
  const [first, second] = coordinate.terms.map(({ variable, coefficient }) => ({ step: Math.abs(coefficient), extent: extents[variable]! }))
  const [small, large] = first!.step < second!.step ? [first!, second!] : [second!, first!]
  return small.step * small.extent > large.step && (small.step < large.step || small.extent > 1)
}

/** The distinct operations of an expression, `copy` without any. */
function operations(expression: Expression): string {
  const silent = ['load', 'get', 'set', 'var', 'f32.const', 'i32.const', 'fold']
  const names = new Set(expression.map(({ op }) => op).filter((op) => !silent.includes(op)))
  const listed = [...names].map((name) => name.replace(/^[fi]32\./, ''))
  if (listed.length === 0) return 'copy'
  return listed.length <= 4 ? listed.join(' ') : `${listed.slice(0, 3).join(' ')} and ${listed.length - 3} more operations`
}

/** Postfix code as text; constants as values. */
export const describeExpression = (expression: Expression): string => expression.map(describeInstruction).join(' ')

function describeInstruction({ op, arg }: Instruction): string {
  if (arg === undefined) return op
  if (op === 'load') return `l${arg}`
  if (op === 'var') return `v${arg}`
  if (op === 'f32.const') return formatFloat(fromBits(arg))
  if (op === 'i32.const') return `${arg | 0}i`
  return `${op}.${arg}`
}

/** `k3[v0 of 64 step 1; 2*v1-1 of 8 step 16] else 0` */
export function describeLoad(program: Program, { buffer, base, fill, axes }: Load): string {
  const kernel = buffer - bufferOf(program, 0)
  const places = axes.map(({ extent, stride, coordinate }) => `${describeCoordinate(coordinate)} of ${extent} step ${stride}`)
  const start = base === 0 ? '' : ` + ${base}`
  const other = fill === 0 ? '' : ` else 0x${fill.toString(16).padStart(8, '0')}`
  return `${kernel >= 0 ? `k${kernel}` : `b${buffer}`}[${places.join('; ')}]${start}${other}`
}

function describeCoordinate(coordinate: Coordinate): string {
  const { offset } = coordinate
  if (coordinate.kind === 'indexed') return `l${coordinate.load}${offset === 0 ? '' : `+${offset}`}`.replace('+-', '-')
  const terms = coordinate.terms.map(({ variable, coefficient }) => (coefficient === 1 ? `v${variable}` : `${coefficient}*v${variable}`))
  if (offset !== 0 || terms.length === 0) terms.push(String(offset))
  return terms.join('+').replaceAll('+-', '-')
}

/** The shortest decimal that is this binary32 value again. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Object.is(value, -0)) return '-0'
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits)
    if (Object.is(Math.fround(Number(text)), value)) return String(Number(text))
  }
  return String(Number(value.toPrecision(9)))
}
