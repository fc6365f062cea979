import type { Axis, Load } from '../ir/types.ts'
import { inRangeBit } from './code.ts'
import type { Contents, Numbers } from './contents.ts'
import { either, type Value } from './value.ts'

/** The least and the greatest of an iteration variable; equal where it is fixed. */
export type Space = { readonly least: readonly number[]; readonly greatest: readonly number[] }

/** Most elements that are looked at one by one; of more, all of the buffer are taken. */
const MAX_LOOKED_AT = 1 << 16

/** What a load may be while some iteration variables are fixed and the others run. Equal choices give the same objects, so that what follows from them is known by them. */
export class Reach {
  value: Value
  inRange: Value
  readonly #load: Load
  readonly #contents: Contents
  readonly #fill: Value
  readonly #space: Space
  readonly #index: (load: number) => Value
  /** Axes along which an element may be of another group. */
  readonly #telling: readonly number[]
  /** Of the axes' coordinates, the least and the greatest that are in range. */
  readonly #least: number[]
  readonly #greatest: number[]
  /** Each load has its own: of one that is met twice a choice is no choice. */
  readonly #numbers: Numbers = new Map()
  /** What was gathered, by the spans of the telling axes. */
  readonly #gathered = new Map<string, Value>()
  /** What is either an element or the fill. */
  readonly #filled = new Map<Value, Value>()

  /**
   * @param fill   value of the load where it is out of range
   * @param index  what the loads are that others are indexed by
   */
  constructor(load: Load, contents: Contents, fill: Value, space: Space, index: (load: number) => Value) {
    this.#load = load
    this.#contents = contents
    this.#fill = fill
    this.#space = space
    this.#index = index
    this.value = fill
    this.inRange = NEVER
    this.#least = load.axes.map(() => 0)
    this.#greatest = load.axes.map(() => 0)
    const { digits } = contents
    this.#telling = load.axes.flatMap((axis, at) => (digits.some((digit) => axis.stride % (digit.stride * digit.extent) !== 0) ? [at] : []))
  }

  /** Sets `value` and `inRange` for where the iteration variables are now. */
  follow(): void {
    const { axes } = this.#load
    let [always, never] = [true, false]
    for (let at = 0; at < axes.length; at++) {
      const axis = axes[at]!
      this.#span(axis, at)
      const [least, greatest] = [this.#least[at]!, this.#greatest[at]!]
      if (greatest < 0 || least >= axis.extent) never = true
      if (least >= 0 && greatest < axis.extent) continue
      always = false
      this.#least[at] = Math.max(0, least)
      this.#greatest[at] = Math.min(axis.extent - 1, greatest)
    }
    this.inRange = always ? ALWAYS : never ? NEVER : PERHAPS
    if (never) {
      this.value = this.#fill
      return
    }
    const element = this.#element()
    this.value = always ? element : this.#orFill(element)
    this.#blame()
  }

  #span({ extent, coordinate }: Axis, at: number): void {
    let [least, greatest] = [coordinate.offset, coordinate.offset]
    if (coordinate.kind === 'indexed') {
      const value = this.#index(coordinate.load)
      least = Math.max(-1, value.least + least)
      greatest = Math.min(extent, value.greatest + greatest)
    } else {
      for (const { variable, coefficient } of coordinate.terms) {
        const low = this.#space.least[variable]! * coefficient
        const high = this.#space.greatest[variable]! * coefficient
        least += Math.min(low, high)
        greatest += Math.max(low, high)
      }
    }
    this.#least[at] = least
    this.#greatest[at] = greatest
  }

  /** What a load is indexed by may itself be anybody's choice. */
  #blame(): void {
    for (const { coordinate } of this.#load.axes) {
      const fault = coordinate.kind === 'indexed' ? this.#index(coordinate.load).fault : null
      if (!fault) continue
      this.value = { ...this.value, fault: this.value.fault ?? fault }
      this.inRange = { ...this.inRange, fault }
      return
    }
  }

  /** All elements whose coordinates lie in the spans. */
  #element(): Value {
    const contents = this.#contents
    if (contents.digits.length === 0) return contents.group(0, this.#numbers)
    const { base, axes } = this.#load
    let address = base
    let single = true
    for (const at of this.#telling) if (this.#least[at] !== this.#greatest[at]) single = false
    if (single) {
      for (let at = 0; at < axes.length; at++) address += axes[at]!.stride * this.#least[at]!
      return contents.group(groupAt(contents, address), this.#numbers)
    }
    let key = ''
    for (const at of this.#telling) key += `${this.#least[at]},${this.#greatest[at]} `
    let value = this.#gathered.get(key)
    if (!value) {
      const spans = axes.map((_, at): Span => ({ least: this.#least[at]!, greatest: this.#greatest[at]! }))
      value = gathered(this.#load, contents, spans)
      this.#gathered.set(key, value)
    }
    return value
  }

  #orFill(element: Value): Value {
    let value = this.#filled.get(element)
    if (!value) {
      value = either(element, this.#fill)
      this.#filled.set(element, value)
    }
    return value
  }
}

const ALWAYS = inRangeBit(true, false)
const NEVER = inRangeBit(false, true)
const PERHAPS = inRangeBit(false, false)

type Span = { readonly least: number; readonly greatest: number }

/** The group of the element at an address. */
export function groupAt({ count, digits }: Contents, address: number): number {
  if (digits[0]!.extent === count) return address
  let group = 0
  for (let at = 0; at < digits.length; at++) {
    const { stride, extent } = digits[at]!
    group = group * extent + (Math.floor(address / stride) % extent)
  }
  return group
}

/** What the elements of the spans may be, of more than one group. Of too many all of the buffer are taken. */
function gathered(load: Load, contents: Contents, spans: readonly Span[]): Value {
  const { digits, count, span } = contents
  // Where every element is its own group, its addresses are counted out: a range of one digit would be all between the first and the last.
  if (digits.length === 1 && digits[0]!.stride === 1 && digits[0]!.extent === count) {
    const size = spans.reduce((total, { least, greatest }, axis) => total * (load.axes[axis]!.stride === 0 ? 1 : greatest - least + 1), 1)
    if (size > MAX_LOOKED_AT) return contents.all()
    return span ? ofRuns(load, spans, span) : ofGroups(contents, addresses(load, spans))
  }
  const groups = groupsOf(load, contents, spans)
  return groups ? ofGroups(contents, groups) : contents.all()
}

function ofGroups(contents: Contents, groups: readonly number[]): Value {
  let value = contents.group(groups[0]!)
  for (const group of groups) value = either(value, contents.group(group))
  return value
}

/** Runs along an axis of neighbours, one for each place on the other axes. */
function ofRuns({ base, axes }: Load, spans: readonly Span[], span: (first: number, last: number) => Value): Value {
  const run = axes.findIndex(({ stride }, axis) => stride === 1 && spans[axis]!.greatest > spans[axis]!.least)
  const others = axes.filter((_, axis) => axis !== run)
  const { least, greatest } = spans[run] ?? { least: 0, greatest: 0 }
  const [value, ...more] = addresses(
    { base, axes: others },
    spans.filter((_, axis) => axis !== run),
  ).map((address) => span(address + least, address + greatest))
  return more.reduce(either, value!)
}

/**
 * The groups that may be met, digit by digit: from the axes whose steps change the digit, a range of it. Axes that move the address by whole
 * turns of a digit leave it alone. Null where they are too many.
 */
function groupsOf({ base, axes }: Load, contents: Contents, spans: readonly Span[]): readonly number[] | null {
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

function addresses({ base, axes }: Pick<Load, 'base' | 'axes'>, spans: readonly Span[]): number[] {
  let found = [base]
  for (const [axis, { least, greatest }] of spans.entries()) {
    const { stride } = axes[axis]!
    if (stride === 0) continue
    found = found.flatMap((address) => range(least, greatest).map((place) => address + stride * place))
  }
  return found
}
