import { product, scalarOf } from '../../../ir/types.ts'
import { compileLoads, type Source } from '../../reference/address.ts'
import { readerOf, scalarOfBits } from '../../reference/buffer.ts'
import { extentOf, type Layout } from './layout.ts'
import type { Scope } from './scope.ts'
import { noForm, type Ref } from './writer.ts'

/** Every place of these variables, row-major. */
export function walk({ extents }: Scope, order: readonly number[], visit: (at: number, variables: Int32Array) => void): void {
  const variables = new Int32Array(extents.length)
  const count = product(order.map((variable) => extents[variable]!))
  for (let at = 0; at < count; at++) {
    let rest = at
    for (let i = order.length - 1; i >= 0; i--) {
      const extent = extents[order[i]!]!
      variables[order[i]!] = rest % extent
      rest = Math.floor(rest / extent)
    }
    visit(at, variables)
  }
}

/** Values of a known load at places of the variables. */
export function constantReader(scope: Scope, number: number, what: 'value' | 'inRange' = 'value'): (variables: Int32Array) => number {
  const shared = new Int32Array(scope.extents.length)
  const none = new Uint8Array(0)
  const sources = scope.kernel.loads.map((load): Source => {
    const { type, count, bytes } = scope.operand(load.buffer)
    return { read: readerOf(type, bytes ?? none), count, fill: scalarOfBits(scalarOf(type), load.fill) }
  })
  const compiled = compileLoads(scope.kernel.loads, sources, shared)[number]!
  return (variables) => {
    shared.set(variables)
    return compiled[what]()
  }
}

/** A tensor of known values; an axis none of whose variables is used has extent 1. */
export function constantTable(scope: Scope, layout: Layout, used: ReadonlySet<number>, read: (variables: Int32Array) => number): Ref {
  const { shape, data } = known(scope, layout, used, read)
  return scope.writer.constant('f32', shape, data)
}

/** Such a tensor, for operators that broadcast: an axis along which nothing changes has extent 1 as well. */
export function smallTable(
  scope: Scope,
  layout: Layout,
  used: ReadonlySet<number>,
  read: (variables: Int32Array) => number,
  type: 'f32' | 'bool' = 'f32',
): Ref {
  let { shape, data } = known(scope, layout, used, read)
  for (let axis = 0; axis < shape.length; axis++) {
    const inner = product(shape.slice(axis + 1))
    const extent = shape[axis]!
    // Neighbours along the axis are `inner` apart.
    if (data.some((value, at) => Math.floor(at / inner) % extent !== 0 && value !== data[at - inner])) continue
    data = data.filter((_, at) => Math.floor(at / inner) % extent === 0)
    shape = shape.map((own, other) => (other === axis ? 1 : own))
  }
  return scope.writer.constant(type, shape, data)
}

function known(
  scope: Scope,
  layout: Layout,
  used: ReadonlySet<number>,
  read: (variables: Int32Array) => number,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const axes = layout.map((axis) => (axis.some((variable) => used.has(variable)) ? axis : []))
  const shape = axes.map((axis) => extentOf(axis, scope.extents))
  const data = new Float32Array(product(shape))
  walk(scope, axes.flat(), (at, variables) => {
    const value = read(variables)
    data[at] = value
    if (data[at] !== value) throw noForm(`the constant ${value} is not exact in binary32`)
  })
  return { shape, data }
}
