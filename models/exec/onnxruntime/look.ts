import { type Axis, indicesOf, type Kernel, type Load, type Program, product, type StoreType, termCount } from '../../ir/types.ts'
import { bitsOfScalar, laneOf } from '../reference/buffer.ts'
import { bindKernel, bufferSpec } from '../reference/kernel.ts'
import { type Walk, walkOf } from './walk.ts'

/** A kernel whose folds have no more terms is looked at in two elements a run, others in one. */
const SHORT = 64

/** Elements of an operand, one after the other as a look reads them. Halves are widened, which is exact. */
type Elements = Float32Array | Int32Array | Int8Array | Uint8Array

/** What has to be there of an operand before an element is computed. @property type  as it is stored @property elements  where it is put */
export type Gather = { readonly buffer: number; readonly type: StoreType; readonly walk: Walk; readonly elements: Elements }

/**
 * How elements of a kernel are computed anew.
 * @property count  elements of its buffer @property samples  how many of them are looked at in a run
 * @property lane   of an element as the reference computes it from what was gathered
 */
export type Look = {
  readonly kernel: number
  readonly count: number
  readonly samples: number
  readonly gathers: readonly Gather[]
  readonly lane: (element: number) => number
}

/**
 * Binds the reference's own kernels to what a walk gathers, which lies together: in the places that it has in whole operands it would take pages of
 * memory of their size, each of them far from the next. Constants are read where they are.
 */
export function looksOf(program: Program, kernels: readonly number[]): Look[] {
  return kernels.map((kernel) => {
    const descriptor = program.kernels[kernel]!
    const gathered = loadsRead(descriptor).filter(({ buffer }) => isGathered(program, descriptor, buffer))
    const gathers = new Map(gathered.map((load) => [load, gatherOf(program, descriptor, load)]))
    return {
      kernel,
      count: product(descriptor.shape),
      samples: termCount(descriptor) > SHORT ? 1 : 2,
      gathers: [...gathers.values()],
      lane: laneFrom(program, descriptor, gathers),
    }
  })
}

/** Whether a buffer's elements have to be got first: computed ones, and halves, unless values point into them. */
function isGathered(program: Program, { loads }: Kernel, buffer: number): boolean {
  const constant = program.constants[buffer - program.inputs.length]
  return !constant || (constant.type === 'f16' && !loads.some((load) => load.buffer === buffer && indicesOf(load).length > 0))
}

function gatherOf(program: Program, kernel: Kernel, load: Load): Gather {
  const { type } = bufferSpec(program, load.buffer)
  const walk = walkOf(kernel, load)
  return { buffer: load.buffer, type, walk, elements: elementsOf(type, walk.count) }
}

/** The kernel as a program of its own, each load's operand an input. */
function laneFrom(program: Program, kernel: Kernel, gathers: ReadonlyMap<Load, Gather>): (element: number) => number {
  const loads = kernel.loads.map((load, buffer) => ({ ...(gathers.has(load) ? together(load, gathers.get(load)!.walk) : load), buffer }))
  const operands = kernel.loads.map((load) => {
    const gather = gathers.get(load)
    if (gather) return { type: widened(gather.type), count: gather.walk.count, bytes: bytesOf(gather.elements) }
    return program.constants[load.buffer - program.inputs.length] ?? UNREAD
  })
  const alone: Program = { inputs: operands, constants: [], kernels: [{ ...kernel, loads }], places: [], outputs: [], claims: [] }
  const { moveTo, fold, result } = bindKernel(alone, (buffer) => operands[buffer]!.bytes, 0)
  const { storeType, resultType } = kernel
  return (element) => {
    moveTo(element)
    let total = fold?.identity ?? 0
    for (let block = 0; fold && block < fold.blocks; block++) total = fold.combine(total, fold.block(block))
    return laneOf(storeType, bitsOfScalar(resultType, result(total)))
  }
}

/** A load that is only counted on to be there. */
const UNREAD = { type: 'f32', count: 0, bytes: new Uint8Array(0) } as const

/** The load with its values in the order of its walk. Its axes stay, to tell what is out of range, and do not move it. */
function together({ fill, lag, axes }: Load, { along, count }: Walk): Omit<Load, 'buffer'> {
  let extent = count
  const terms = along.map((each) => {
    extent /= each.extent
    return { variable: each.variable, coefficient: extent }
  })
  const place: Axis = { extent: count, stride: 1, coordinate: { kind: 'affine', offset: 0, terms } }
  return { fill, lag, base: 0, axes: [...axes.map((axis) => ({ ...axis, stride: 0 })), place] }
}

const widened = (type: StoreType): StoreType => (type === 'f16' ? 'f32' : type)

/** The loads whose values a kernel's code takes, and those that these are indexed by. */
function loadsRead({ loads, term, result }: Kernel): Load[] {
  const read = new Set<Load>()
  for (const { op, arg } of [...term, ...result]) {
    if (op === 'load') read.add(loads[arg!]!)
    if (op === 'load' || op === 'inrange') for (const index of indicesOf(loads[arg!]!)) read.add(loads[index]!)
  }
  return [...read]
}

function elementsOf(type: StoreType, count: number): Elements {
  if (type === 'i32') return new Int32Array(count)
  if (type === 'i8') return new Int8Array(count)
  return type === 'u8' ? new Uint8Array(count) : new Float32Array(count)
}

const bytesOf = ({ buffer, byteLength }: Elements): Uint8Array => new Uint8Array(buffer as ArrayBuffer, 0, byteLength)
