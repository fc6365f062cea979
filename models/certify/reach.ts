import type { Axis, Load } from '../ir/types.ts'
import { inRangeBit } from './code.ts'
import type { Contents } from './contents.ts'
import { either, type Value } from './value.ts'

/** What a load may be while some iteration variables are fixed and the others run. */
export type Reached = { readonly value: Value; readonly inRange: Value }

/** The least and the greatest of an iteration variable; equal where it is fixed. */
export type Space = { readonly least: readonly number[]; readonly greatest: readonly number[] }

/** Most elements that are looked at one by one; of more, all of the buffer are taken. */
const MAX_LOOKED_AT = 1 << 16

type Span = { least: number; greatest: number }

/**
 * @param index  what the loads are that others are indexed by
 * @param fill   value of the load where it is out of range
 */
export function reach(
  load: Load,
  contents: Contents,
  fill: Value,
  space: Space,
  index: (load: number) => Value,
  seen: Map<string, Value>,
): Reached {
  let always = true
  let never = false
  const spans: Span[] = []
  for (const axis of load.axes) {
    const span = spanOf(axis, space, index)
    if (span.greatest < 0 || span.least >= axis.extent) never = true
    if (span.least < 0 || span.greatest >= axis.extent) always = false
    span.least = Math.max(0, span.least)
    span.greatest = Math.min(axis.extent - 1, span.greatest)
    spans.push(span)
  }
  const inRange = inRangeBit(always, never)
  if (never) return { value: fill, inRange }
  const value = elements(load, contents, spans, seen)
  // What a load is indexed by may itself be anybody's choice.
  const fault = load.axes.reduce<Value['fault']>(
    (found, { coordinate }) => found ?? (coordinate.kind === 'indexed' ? index(coordinate.load).fault : null),
    null,
  )
  const reached = always ? value : either(value, fill)
  return { value: fault ? { ...reached, fault: reached.fault ?? fault } : reached, inRange: fault ? { ...inRange, fault } : inRange }
}

function spanOf({ extent, coordinate }: Axis, { least, greatest }: Space, index: (load: number) => Value): Span {
  const { offset } = coordinate
  if (coordinate.kind === 'indexed') {
    const value = index(coordinate.load)
    return { least: Math.max(-1, value.least + offset), greatest: Math.min(extent, value.greatest + offset) }
  }
  const span = { least: offset, greatest: offset }
  for (const { variable, coefficient } of coordinate.terms) {
    const [low, high] = [least[variable]! * coefficient, greatest[variable]! * coefficient]
    span.least += Math.min(low, high)
    span.greatest += Math.max(low, high)
  }
  return span
}

/** All elements whose coordinates lie in the spans. */
function elements(load: Load, contents: Contents, spans: readonly Span[], seen: Map<string, Value>): Value {
  const { base, axes } = load
  if (contents.digits.length === 0) return contents.group(0)
  if (spans.every(({ least, greatest }, axis) => least === greatest || axes[axis]!.stride === 0)) {
    let address = base
    for (const [axis, { least }] of spans.entries()) address += axes[axis]!.stride * least
    return contents.group(groupAt(contents, address))
  }
  const key = JSON.stringify([load.buffer, base, spans, axes.map(({ stride }) => stride)])
  let value = seen.get(key)
  if (!value) {
    value = gathered(contents, groupsOf(load, contents, spans))
    seen.set(key, value)
  }
  return value
}

function groupAt({ digits }: Contents, address: number): number {
  let group = 0
  for (const { stride, extent } of digits) group = group * extent + (Math.floor(address / stride) % extent)
  return group
}

/**
 * The groups that may be met, digit by digit: from the axes whose steps change the digit, a range of it. Axes that move the address by whole
 * turns of a digit leave it alone. Null where they are too many.
 */
function groupsOf({ base, axes }: Load, contents: Contents, spans: readonly Span[]): readonly number[] | null {
  // Where every element is its own group, its addresses are counted out: a range of one digit would be all between the first and the last.
  const size = spans.reduce((total, { least, greatest }, axis) => total * (axes[axis]!.stride === 0 ? 1 : greatest - least + 1), 1)
  if (contents.digits.length === 1 && contents.digits[0]!.stride === 1 && contents.digits[0]!.extent === contents.count) {
    return size <= MAX_LOOKED_AT ? addresses(base, axes, spans) : null
  }
  let groups: number[] = [0]
  for (const { stride, extent } of contents.digits) {
    const turn = stride * extent
    let [least, greatest] = [base % turn, base % turn]
    for (const [axis, span] of spans.entries()) {
      const step = axes[axis]!.stride
      if (step % turn === 0) continue
      least += Math.min(step * span.least, step * span.greatest)
      greatest += Math.max(step * span.least, step * span.greatest)
    }
    const [first, last] = [Math.floor(least / stride), Math.floor(greatest / stride)]
    const places =
      last - first + 1 >= extent ? range(0, extent - 1) : range(first, last).map((place) => ((place % extent) + extent) % extent)
    if (groups.length * places.length > MAX_LOOKED_AT) return null
    groups = groups.flatMap((group) => places.map((place) => group * extent + place))
  }
  return groups
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, place) => first + place)

function addresses(base: number, axes: readonly Axis[], spans: readonly Span[]): number[] {
  let found = [base]
  for (const [axis, { least, greatest }] of spans.entries()) {
    const { stride } = axes[axis]!
    if (stride === 0) continue
    found = found.flatMap((address) => range(least, greatest).map((place) => address + stride * place))
  }
  return found
}

function gathered(contents: Contents, groups: readonly number[] | null): Value {
  if (!groups) return contents.all()
  let value = contents.group(groups[0]!)
  for (const group of groups) value = either(value, contents.group(group))
  return value
}
