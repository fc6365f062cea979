/** The cells of ONNX RNN, GRU and LSTM, each with as few kernels a step as it takes. */
import { f32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { mapElements } from '../kernels.ts'
import { shapeOf, slice, type View } from '../view.ts'
import { type Activation, fitsCode } from './activation.ts'
import { type Cell, complement, type GateCode, type Gates, single, total, withDim } from './unroll.ts'

const one = (first: number): Gates => ({ first, count: 1, stride: 1 })
const times = (a: Expression, b: Expression): Expression => [...a, ...b, op('f32.mul')]
const plus = (a: Expression, b: Expression): Expression => [...a, ...b, op('f32.add')]
const zero: Expression = [f32(0)]

/** `h = f(x w + h r)`: one kernel. */
export const rnnCell =
  (f: Activation): Cell =>
  ({ state, gates }) => ({ h: single(gates(one(0), state.h, [], (sum, x) => [...total(sum, x), ...f])), c: null })

/**
 * Gates z, r, h: `h' = (1 - z) g(..) + z h`. The reset gate acts on the state before the product (three kernels), or on the product
 * with its own bias (two).
 * @param after  bias `[D, H]` of the product where the reset gate comes after it, else null
 */
export function gruCell(f: Activation, g: Activation, after: View | null): Cell {
  return ({ state, gates }) => {
    const { h } = state
    const before = h && withDim(h, 2)
    const mixed = (candidate: Expression, z: Expression, old: Expression | null): Expression => {
      const fresh = times(complement(z), candidate)
      return old ? plus(fresh, times(z, old)) : fresh
    }
    if (after) {
      const both = gates({ first: 0, count: 2, stride: 1 }, h, [], (sum, x) => [...total(sum, x), ...f])
      const [z, r] = [slice(both, 2, 0, 1, 1)!, slice(both, 2, 1, 1, 1)!]
      const next = gates(one(2), h, [z, r, withDim(withDim(after, 1), 1), ...(before ? [before] : [])], (sum, x, other) => {
        const product = times(other(1), plus(sum ?? zero, other(2)))
        return mixed([...plus(x, product), ...g], other(0), before && other(3))
      })
      return { h: single(next), c: null }
    }
    const z = gates(one(0), h, [], (sum, x) => [...total(sum, x), ...f])
    const reset = before && gates(one(1), h, [before], (sum, x, other) => times([...total(sum, x), ...f], other(0)))
    const next = gates(one(2), reset && single(reset), [z, ...(before ? [before] : [])], (sum, x, other) =>
      mixed([...total(sum, x), ...g], other(0), before && other(1)),
    )
    return { h: single(next), c: null }
  }
}

export type LstmOptions = {
  readonly f: Activation
  readonly g: Activation
  readonly h: Activation
  /** The forget gate is 1 less the input gate. */
  readonly coupled: boolean
  /** `[D, 3, H]` for the gates i, o, f. */
  readonly peepholes: View | null
}

/** Gates i, o, f, c: `c' = f c + i g(..)`, `h' = o h(c')`; three kernels. */
export function lstmCell({ f, g, h, coupled, peepholes }: LstmOptions): Cell {
  const peephole = (gates: Gates): View => withDim(slice(peepholes!, 1, gates.first, gates.count, gates.stride)!, 1)
  return ({ state, gates }, builder) => {
    const old = state.c && withDim(state.c, 2)
    const inputs: Gates = coupled || !old ? one(0) : { first: 0, count: 2, stride: 2 }
    const peeps = peepholes && old ? [peephole(inputs), old] : []
    const both = gates(inputs, state.h, peeps, (sum, x, other) => {
      const seen = peeps.length > 0 ? plus(total(sum, x), times(other(0), other(1))) : total(sum, x)
      return [...seen, ...f]
    })
    const kept = old ? [...(coupled ? [] : [slice(both, 2, 1, 1, 1)!]), old] : []
    const c = gates(one(3), state.h, [slice(both, 2, 0, 1, 1)!, ...kept], (sum, x, other) => {
      const fresh = times(other(0), [...total(sum, x), ...g])
      if (!old) return fresh
      return coupled ? plus(times(complement(other(0)), other(1)), fresh) : plus(times(other(1), other(2)), fresh)
    })
    const seen = peepholes ? [peephole(one(1))] : []
    const output: GateCode = (sum, x, other) => [...(peepholes ? plus(total(sum, x), times(other(0), other(1))) : total(sum, x)), ...f]
    const gated: GateCode = (sum, x, other) => times(output(sum, x, other), [...other(seen.length), ...h])
    if (fitsCode(gated([op('fold')], [load(0)], (index) => [load(index)]))) {
      return { h: single(gates(one(1), state.h, [...seen, c], gated)), c: single(c) }
    }
    const o = gates(one(1), state.h, [...seen, ...(peepholes ? [c] : [])], output)
    const result = mapElements(builder, [o, c], shapeOf(o), times([load(0)], [load(1), ...h]), 'f32')
    return { h: single(result), c: single(c) }
  }
}
