import { bufferOf, byteSize, indicesOf, type Kernel, type Load, type Program, product, type StoreType, termCount } from '../../ir/types.ts'
import { bitsOfScalar, laneOf } from '../reference/buffer.ts'
import { bindKernel, bufferBytes, bufferSpec } from '../reference/kernel.ts'
import { type Walk, walkOf } from './walk.ts'

/** A kernel whose folds have no more terms is looked at in two elements a run, others in one. */
const SHORT = 64
/** Operands begin where any element may lie. */
const ALIGNMENT = 8

/** Elements of an operand in their places. Halves are widened, which is exact. */
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
 * Binds the reference's own kernels to one memory for all, as large as one kernel's operands together. The system gives it the pages that are
 * written, around the elements that looks read. Constants are read where they are.
 */
export function looksOf(program: Program, kernels: readonly number[]): Look[] {
  const widened = widen(program)
  const first = bufferOf(program, 0)
  const type = (buffer: number): StoreType => bufferSpec(widened, buffer).type
  const gathered = (buffer: number): boolean =>
    buffer < program.inputs.length || buffer >= first || type(buffer) !== bufferSpec(program, buffer).type
  const places = kernels.map((kernel) => placesOf(widened, program.kernels[kernel]!, gathered))
  const memory = new ArrayBuffer(places.reduce((most, { end }) => Math.max(most, end), 0))
  return kernels.map((kernel, index) => {
    const descriptor = program.kernels[kernel]!
    const { offsets } = places[index]!
    const bytes = (buffer: number): Uint8Array => {
      const offset = offsets.get(buffer)
      return offset === undefined
        ? program.constants[buffer - program.inputs.length]!.bytes
        : new Uint8Array(memory, offset, bufferBytes(widened, buffer))
    }
    const loads = loadsRead(descriptor).filter(({ buffer }) => gathered(buffer))
    return {
      kernel,
      count: product(descriptor.shape),
      samples: termCount(descriptor) > SHORT ? 1 : 2,
      gathers: loads.map((load) => ({
        buffer: load.buffer,
        type: bufferSpec(program, load.buffer).type,
        walk: walkOf(descriptor, load),
        elements: elementsOf(type(load.buffer), bytes(load.buffer)),
      })),
      lane: laneFrom(widened, bytes, kernel),
    }
  })
}

function laneFrom(program: Program, read: (buffer: number) => Uint8Array, kernel: number): (element: number) => number {
  const { moveTo, fold, result } = bindKernel(program, read, kernel)
  const { storeType, resultType } = program.kernels[kernel]!
  return (element) => {
    moveTo(element)
    let total = fold?.identity ?? 0
    for (let block = 0; fold && block < fold.blocks; block++) total = fold.combine(total, fold.block(block))
    return laneOf(storeType, bitsOfScalar(resultType, result(total)))
  }
}

/** The program with `f32` in the place of `f16`, but for tables that loads are indexed into: these are read where they are. */
function widen(program: Program): Program {
  const loads = program.kernels.flatMap((kernel) => kernel.loads)
  const tables = new Set(loads.filter((load) => indicesOf(load).length > 0).map(({ buffer }) => buffer))
  const wide = (type: StoreType): StoreType => (type === 'f16' ? 'f32' : type)
  return {
    ...program,
    inputs: program.inputs.map((spec) => ({ ...spec, type: wide(spec.type) })),
    constants: program.constants.map((constant, index) =>
      tables.has(program.inputs.length + index) ? constant : { ...constant, type: wide(constant.type) },
    ),
  }
}

type Places = { readonly offsets: ReadonlyMap<number, number>; readonly end: number }

/** Where a kernel's operands lie in the memory. */
function placesOf(program: Program, { loads }: Kernel, gathered: (buffer: number) => boolean): Places {
  const offsets = new Map<number, number>()
  let end = 0
  for (const { buffer } of loads) {
    if (offsets.has(buffer) || !gathered(buffer)) continue
    offsets.set(buffer, end)
    end += ALIGNMENT * Math.ceil(bufferBytes(program, buffer) / ALIGNMENT)
  }
  return { offsets, end }
}

/** The loads whose values a kernel's code takes, and those that these are indexed by. */
function loadsRead({ loads, term, result }: Kernel): Load[] {
  const read = new Set<Load>()
  for (const { op, arg } of [...term, ...result]) {
    if (op === 'load') read.add(loads[arg!]!)
    if (op === 'load' || op === 'inrange') for (const index of indicesOf(loads[arg!]!)) read.add(loads[index]!)
  }
  return [...read]
}

function elementsOf(type: StoreType, { buffer, byteOffset, byteLength }: Uint8Array): Elements {
  const count = byteLength / byteSize(type)
  const memory = buffer as ArrayBuffer
  if (type === 'i32') return new Int32Array(memory, byteOffset, count)
  if (type === 'i8') return new Int8Array(memory, byteOffset, count)
  return type === 'u8' ? new Uint8Array(memory, byteOffset, count) : new Float32Array(memory, byteOffset, count)
}
