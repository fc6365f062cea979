import { indicesOf, type Kernel, type Load, type StoreType, scalarOf } from '../../../ir/types.ts'
import { scalarOfBits } from '../../reference/buffer.ts'
import { type Digit, digitsOf } from './digits.ts'
import { stridesOf, type Value } from './value.ts'
import type { GraphWriter } from './writer.ts'

/**
 * A buffer as its readers see it: its bytes if it is a constant, else a tensor of the graph.
 * @property integers  the same elements as integers of 32 bits, where binary32 may not tell them apart
 */
export type Operand = {
  readonly type: StoreType
  readonly count: number
  readonly bytes?: Uint8Array
  readonly value?: Value
  readonly integers?: Value
}

/** A kernel in the making. @property extents  of its iteration variables */
export type Scope = {
  readonly writer: GraphWriter
  readonly kernel: Kernel
  readonly extents: readonly number[]
  readonly operand: (buffer: number) => Operand
  /** Whether convolutions may be written as such. */
  readonly direct: boolean
  /** Whether all integers of the kernel were proved to be exact in binary32; else each operation has to show it. */
  readonly exactIntegers: boolean
}

export const fillOf = (scope: Scope, load: Load): number => scalarOfBits(scalarOf(scope.operand(load.buffer).type), load.fill)

export const variablesOf = ({ loads }: Kernel, load: Load): Set<number> => {
  const own = load.axes.flatMap(({ coordinate }) => (coordinate.kind === 'affine' ? coordinate.terms.map(({ variable }) => variable) : []))
  return new Set([...own, ...indicesOf(load).flatMap((index) => [...variablesOf({ loads } as Kernel, loads[index]!)])])
}

/** Whether a load's values are known: its buffer and all indices are constants. */
export const isConstant = (scope: Scope, load: Load): boolean =>
  scope.operand(load.buffer).bytes !== undefined && indicesOf(load).every((index) => isConstant(scope, scope.kernel.loads[index]!))

export const digitsOfLoad = (scope: Scope, load: Load): Digit[] | null => {
  const { count, value } = scope.operand(load.buffer)
  return digitsOf(load, scope.extents, scope.kernel.shape.length, count, value ? stridesOf(value) : [])
}
