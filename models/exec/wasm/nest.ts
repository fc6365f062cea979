import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Kernel, type Load, type ReduceOp, type ScalarType, type StoreType, scalarOf } from '../../ir/types.ts'
import { type Form, plus, rangeOf, single, strides, zero } from './form.ts'
import { type Graph, graphOf, operationsOf, withArguments } from './graph.ts'

/** How elements lie in WebAssembly's memory; `f16` is widened on the way in. */
export type MemoryType = 'f32' | 'i32' | 'i8' | 'u8'

/** In range where `0 <= form < extent`. @property stride  what one step of the form adds to the address, elements */
export type Guard = { readonly form: Form; readonly extent: number; readonly stride: number }

/** A coordinate `offset +` the value of another load. */
export type Lookup = { readonly load: number; readonly offset: number; readonly extent: number; readonly stride: number }

/**
 * A load with its affine axes added up.
 * @property operand  the buffer's number, or a temporary: -1, -2, ...
 * @property address  in elements; guarded axes included, looked-up ones not
 * @property panel    elements from one tile of lanes to the next where the operand was packed for that, else 0
 */
export type Source = {
  readonly operand: number
  readonly type: MemoryType
  readonly fill: number
  readonly address: Form
  readonly guards: readonly Guard[]
  readonly lookups: readonly Lookup[]
  readonly panel: number
}

/**
 * A kernel as loops: the first `outputs` variables are output coordinates, the others reduce coordinates, the terms' order.
 * @property vars   what `var` nodes refer to
 * @property store  element written, of the output coordinates
 */
export type Nest = {
  readonly extents: readonly number[]
  readonly outputs: number
  readonly reduce: { readonly op: ReduceOp; readonly type: ScalarType; readonly block: number } | null
  readonly loads: readonly Source[]
  readonly vars: readonly Form[]
  readonly store: Form
  readonly storeType: MemoryType
  readonly resultType: ScalarType
  readonly term: Graph | null
  readonly result: Graph
}

export const memoryType = (type: StoreType): MemoryType => (type === 'f16' ? 'f32' : type)
export const memorySize = (type: MemoryType): number => (type === 'f32' || type === 'i32' ? 4 : 1)

/**
 * A valid kernel as loops.
 * @throws {OpineError} `LOAD_OUT_OF_BUFFER` if some in-range address is not in the buffer (SPEC section 5 `ADDRESS`)
 */
export function nestOf(kernel: Kernel, bufferSpec: (buffer: number) => { readonly type: StoreType; readonly count: number }): Nest {
  const extents = [...kernel.shape, ...(kernel.reduce?.extents ?? [])]
  const vars: Form[] = []
  const graph = (code: Kernel['term']): Graph =>
    withArguments(graphOf(code), ({ op, arg }) => (op === 'var' ? vars.push(single(extents.length, arg)) - 1 : arg))
  const loads = kernel.loads.map((load, number) => {
    const { type, count } = bufferSpec(load.buffer)
    checkAddress(load, number, count)
    return sourceOf(load, memoryType(type), extents.length)
  })
  const store = zero(extents.length)
  return {
    extents,
    outputs: kernel.shape.length,
    reduce: kernel.reduce ? { op: kernel.reduce.op, type: kernel.foldType, block: kernel.reduce.block } : null,
    loads,
    vars,
    term: kernel.reduce ? graph(kernel.term) : null,
    result: graph(kernel.result),
    store: { ...store, terms: [...strides(kernel.shape), ...store.terms.slice(kernel.shape.length)] },
    storeType: memoryType(kernel.storeType),
    resultType: scalarOf(kernel.storeType),
  }
}

function sourceOf({ buffer, base, fill, axes }: Load, type: MemoryType, variables: number): Source {
  let address: Form = { ...zero(variables), constant: base }
  const guards: Guard[] = []
  const lookups: Lookup[] = []
  for (const { extent, stride, coordinate } of axes) {
    if (coordinate.kind === 'indexed') {
      lookups.push({ load: coordinate.load, offset: coordinate.offset, extent, stride })
      continue
    }
    let form: Form = { ...zero(variables), constant: coordinate.offset }
    for (const { variable, coefficient } of coordinate.terms) form = plus(form, single(variables, variable), coefficient)
    address = plus(address, form, stride)
    guards.push({ form, extent, stride })
  }
  return { operand: buffer, type, fill, address, guards, lookups, panel: 0 }
}

function checkAddress({ base, axes, buffer }: Load, number: number, count: number): void {
  const reach = axes.map(({ extent, stride }) => stride * (extent - 1))
  const low = reach.reduce((sum, step) => sum + Math.min(0, step), base)
  const high = reach.reduce((sum, step) => sum + Math.max(0, step), base)
  if (low >= 0 && high < count) return
  const message = `load ${number} can read elements ${low} to ${high} of buffer ${buffer}, which has ${count}: the kernel is invalid`
  throw new OpineError('LOAD_OUT_OF_BUFFER', message, { load: number, buffer, count })
}

/** Loads that a graph asks for, by value or by range. */
export const loadsIn = (graph: Graph): number[] =>
  operationsOf(graph).flatMap(({ op, arg }) => (op === 'load' || op === 'inrange' ? [arg] : []))

/** Loads that the loops use at all, those that are only indices included. */
export function usedLoads({ term, result, loads }: Nest): Set<number> {
  const used = new Set([...(term ? loadsIn(term) : []), ...loadsIn(result)])
  for (const load of [...used]) for (const lookup of loads[load]!.lookups) used.add(lookup.load)
  return used
}

/** Whether a guard can be left out: it holds everywhere. */
export const alwaysHolds = ({ form, extent }: Guard, extents: readonly number[]): boolean => {
  const [low, high] = rangeOf(form, extents)
  return low >= 0 && high < extent
}

/** The same loops with other addresses, guards, variables and places to store. */
export function changeForms(nest: Nest, change: (form: Form) => Form): Nest {
  const source = (load: Source): Source => ({
    ...load,
    address: change(load.address),
    guards: load.guards.map((guard) => ({ ...guard, form: change(guard.form) })),
  })
  return { ...nest, loads: nest.loads.map(source), vars: nest.vars.map(change), store: change(nest.store) }
}
