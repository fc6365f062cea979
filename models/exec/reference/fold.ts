import { type Kernel, type Reduce, type ReduceOp, type ScalarType, termCount } from '../../ir/types.ts'
import { SCALAR_OPS, type ScalarOp } from '../../numerics/scalar.ts'

const OPERATION: Readonly<Record<ReduceOp, string>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' }

const IDENTITY: Readonly<Record<ScalarType, Readonly<Record<ReduceOp, number>>>> = {
  f32: { sum: 0, prod: 1, max: -Infinity, min: Infinity },
  i32: { sum: 0, prod: 1, max: -0x80000000, min: 0x7fffffff },
}

/** `combine` takes the accumulator first; `block(b)` is the value of block `b` at the current output coordinates. */
export type Fold = {
  readonly identity: number
  readonly combine: ScalarOp
  readonly blocks: number
  readonly block: (block: number) => number
}

/**
 * The order of reduction, SPEC section 4 "Order": terms are numbered row-major over the reduce extents and taken one after the other into
 * a block's value, which starts at the identity.
 * @param variables  the iteration variables; those of the reduce coordinates are changed by `block`
 */
export function compileFold(kernel: Kernel, reduce: Reduce, term: () => number, variables: Int32Array): Fold {
  const terms = termCount(kernel)
  const identity = IDENTITY[kernel.foldType][reduce.op]
  const combine = SCALAR_OPS[`${kernel.foldType}.${OPERATION[reduce.op]}`]!
  const first = kernel.shape.length
  const { extents } = reduce
  const advance = (): void => {
    for (let i = extents.length - 1; i >= 0; i--) {
      const next = variables[first + i]! + 1
      variables[first + i] = next < extents[i]! ? next : 0
      if (next < extents[i]!) return
    }
  }
  return {
    identity,
    combine,
    blocks: Math.ceil(terms / reduce.block),
    block: (block) => {
      const start = block * reduce.block
      const end = Math.min(start + reduce.block, terms)
      setCoordinates(variables, first, extents, start)
      let value = identity
      for (let i = start; i < end; i++) {
        value = combine(value, term())
        advance()
      }
      return value
    },
  }
}

/** Sets the variables from `first` on to the row-major coordinates of `index`. */
export function setCoordinates(variables: Int32Array, first: number, extents: readonly number[], index: number): void {
  let rest = index
  for (let i = extents.length - 1; i >= 0; i--) {
    const extent = extents[i]!
    variables[first + i] = rest % extent
    rest = Math.floor(rest / extent)
  }
}
