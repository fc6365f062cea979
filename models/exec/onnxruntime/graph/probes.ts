import { product } from '../../../ir/types.ts'
import { quotient } from '../quotient.ts'
import { type Factor, rounded, type Value } from './value.ts'
import type { GraphWriter, Ref } from './writer.ts'

/**
 * Elements of a kernel's buffer that a session gives beside its outputs. @property start  of them among all that are looked at, `count` of them
 * @property place  puts positions in the tensor that holds the buffer where addresses in the buffer are given
 */
export type GraphProbe = {
  readonly kernel: number
  readonly start: number
  readonly count: number
  readonly place: (addresses: Int32Array, positions: Int32Array) => void
}

/** @property count  how many elements are looked at */
export type Asked = { readonly kernel: number; readonly count: number; readonly value: Value }

/** A tensor in which a buffer lies from some position on. */
type Home = { readonly value: Value; readonly offset: number }

export const POSITIONS = 'positions'

/**
 * All elements that are looked at, in one list: a session takes long over each input and output. What is joined is looked at in the joint tensor, so
 * that the parts take no nodes of their own; a part is as its maker left it there, or looking at it shows otherwise.
 * @param joints  values that are computed in any case @param most  parts that a node may cut off a list
 */
export function probesOf(
  writer: GraphWriter,
  asked: readonly Asked[],
  joints: readonly Value[],
  most: number,
): { readonly probes: GraphProbe[]; readonly found: Ref | null } {
  if (asked.length === 0) return { probes: [], found: null }
  const homes = homesIn(writer, joints)
  const groups = new Map<string, { readonly value: Value; readonly own: (Asked & { readonly offset: number })[] }>()
  for (const each of asked) {
    const { value, offset } = homeOf(each.value, homes)
    const group = groups.get(keyOf(value)) ?? { value, own: [] }
    groups.set(keyOf(value), group)
    group.own.push({ ...each, offset })
  }
  const counts = [...groups.values()].map(({ own }) => own.reduce((sum, { count }) => sum + count, 0))
  const total = counts.reduce((sum, count) => sum + count, 0)
  const parts = writer.split(writer.input(POSITIONS, 'i32', [total]), counts, most)
  const probes: GraphProbe[] = []
  let start = 0
  const found = [...groups.values()].map(({ value, own }, at) => {
    for (const { kernel, count, value: part, offset } of own) {
      probes.push({ kernel, start, count, place: placeIn(part.axes.flat(), offset) })
      start += count
    }
    const flat = writer.reshape(value.ref, [product(value.ref.shape)])
    return rounded(writer, { ...value, ref: writer.node('Gather', [flat, parts[at]!], [counts[at]!], { axis: { int: 0 } }) }).ref
  })
  // A node of its own, even of one kernel's.
  return { probes, found: writer.node('Concat', found, [total], { axis: { int: 0 } }) }
}

const keyOf = ({ ref, rounding }: Value): string => `${ref.name} ${rounding}`

/** Where the parts of joint tensors lie in them, where they lie there in one piece. */
function homesIn(writer: GraphWriter, joints: readonly Value[]): ReadonlyMap<string, Home> {
  const homes = new Map<string, Home>()
  for (const value of joints) {
    const made = writer.made(value.ref)
    if (made?.op !== 'Concat') continue
    let offset = 0
    for (const part of made.inputs) {
      const axis = part.shape.findIndex((extent, each) => extent !== made.shape[each])
      if (product(made.shape.slice(0, axis)) === 1) homes.set(keyOf({ ...value, ref: part }), { value, offset })
      offset += product(part.shape)
    }
  }
  return homes
}

function homeOf(value: Value, homes: ReadonlyMap<string, Home>): Home {
  const home = homes.get(keyOf(value))
  if (!home) return { value, offset: 0 }
  const { value: outer, offset } = homeOf(home.value, homes)
  return { value: outer, offset: offset + home.offset }
}

/** Digits of an address, outermost first, make a position. */
function placeIn(factors: readonly Factor[], offset: number): GraphProbe['place'] {
  const digits = factors.map(({ extent, stride }) => ({ extent, perStride: 1 / stride, perExtent: 1 / extent }))
  return (addresses, positions) => {
    positions.fill(0)
    for (const { extent, perStride, perExtent } of digits) {
      for (let i = 0; i < addresses.length; i++) {
        const rest = quotient(addresses[i]!, perStride)
        positions[i] = positions[i]! * extent + rest - extent * quotient(rest, perExtent)
      }
    }
    if (offset > 0) for (let i = 0; i < positions.length; i++) positions[i]! += offset
  }
}
