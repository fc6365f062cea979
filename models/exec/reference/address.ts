import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Axis, Load } from '../../ir/types.ts'
import type { Reader } from './buffer.ts'

/** What a load reads from: its buffer's elements and their number, and `fill` as a value. */
export type Source = { readonly read: Reader; readonly count: number; readonly fill: number }

/** A load at the current values of the iteration variables. */
export type CompiledLoad = { readonly value: () => number; readonly inRange: () => number }

const OUT_OF_RANGE = -1

type IndexValue = (load: number) => number

function compileCoordinate(axis: Axis, variables: Int32Array, indexValue: IndexValue): () => number {
  const { coordinate } = axis
  const { offset } = coordinate
  if (coordinate.kind === 'indexed') {
    const { load } = coordinate
    return () => offset + indexValue(load)
  }
  const { terms } = coordinate
  const [first, second] = terms
  if (!first) return () => offset
  if (!second) return () => offset + first.coefficient * variables[first.variable]!
  return () => {
    let sum = offset
    for (let i = 0; i < terms.length; i++) sum += terms[i]!.coefficient * variables[terms[i]!.variable]!
    return sum
  }
}

/**
 * Address of the element that a load reads, or `OUT_OF_RANGE` where one of its coordinates leaves its axis: affine ones first, then indexed
 * ones in the order of the axes, so that as few indices are read as the contract needs.
 */
function compileAddress(load: Load, variables: Int32Array, indexValue: IndexValue): () => number {
  const indexed = ({ coordinate }: Axis): boolean => coordinate.kind === 'indexed'
  const axes = [...load.axes.filter((axis) => !indexed(axis)), ...load.axes.filter(indexed)].map((axis) => ({
    extent: axis.extent,
    stride: axis.stride,
    at: compileCoordinate(axis, variables, indexValue),
  }))
  const { base } = load
  return () => {
    let address = base
    for (let i = 0; i < axes.length; i++) {
      const axis = axes[i]!
      const coordinate = axis.at()
      if (coordinate < 0 || coordinate >= axis.extent) return OUT_OF_RANGE
      address += axis.stride * coordinate
    }
    return address
  }
}

/**
 * The loads of a kernel, SPEC section 4 "Meaning".
 * @param sources    one for each load
 * @param variables  the iteration variables, which the caller changes between evaluations
 * @throws {OpineError} `LOAD_INDEXED_TWICE` if a load is indexed by one that is itself indexed; when evaluated, `LOAD_OUT_OF_BUFFER` if an
 *                      in-range address is not in the buffer (a valid kernel has none, SPEC section 5 `ADDRESS`)
 */
export function compileLoads(loads: readonly Load[], sources: readonly Source[], variables: Int32Array): CompiledLoad[] {
  const compiled: CompiledLoad[] = []
  const isIndexed = (load: Load): boolean => load.axes.some((axis) => axis.coordinate.kind === 'indexed')
  loads.forEach((load, number) => {
    for (const { coordinate } of load.axes) {
      if (coordinate.kind !== 'indexed') continue
      const index = loads[coordinate.load]
      if (index && !isIndexed(index)) continue
      const message = `load ${number} is indexed by load ${coordinate.load}, which must exist and have affine coordinates only`
      throw new OpineError('LOAD_INDEXED_TWICE', message, { load: number, index: coordinate.load })
    }
    const { read, count, fill } = sources[number]!
    const locate = compileAddress(load, variables, (index) => compiled[index]!.value())
    compiled.push({
      inRange: () => (locate() === OUT_OF_RANGE ? 0 : 1),
      value: () => {
        const address = locate()
        if (address === OUT_OF_RANGE) return fill
        if (address >= 0 && address < count) return read(address)
        const message = `load ${number} reads element ${address} of buffer ${load.buffer}, which has ${count}: the kernel is invalid`
        throw new OpineError('LOAD_OUT_OF_BUFFER', message, { load: number, buffer: load.buffer, address, count })
      },
    })
  })
  return compiled
}
