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
  /** Two numbers a digit. */
  readonly #turns: number[] = []
  /** What was gathered, by the places of the digits; where each element is a group, by the spans of the telling axes. */
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
    const each = isEach(contents)
    if (!each) this.#turn()
    const key = each ? this.#telling.map((at) => `${this.#least[at]} ${this.#greatest[at]}`).join() : this.#turns.join()
    let value = this.#gathered.get(key)
    if (!value) {
      const spans = axes.map((_, at): Span => ({ least: this.#least[at]!, greatest: this.#greatest[at]! }))
      value = each ? ofElements(this.#load, contents, spans) : ofDigits(contents, this.#turns)
      this.#gathered.set(key, value)
    }
    return value
  }

  /**
   * Sets the places of each digit that may be met: the first, and how many from there around. From the axes whose steps change the digit; those that move the address
   * by whole turns of it leave it alone.
   */
  #turn(): void {
    const { base, axes } = this.#load
    const { digits } = this.#contents
    for (let digit = 0; digit < digits.length; digit++) {
      const { stride, extent } = digits[digit]!
      const turn = stride * extent
      let [least, greatest] = [base % turn, base % turn]
      for (const at of this.#telling) {
        const step = axes[at]!.stride
        if (step % turn === 0) continue
        const [from, to] = [step * this.#least[at]!, step * this.#greatest[at]!]
        least += Math.min(from, to)
        greatest += Math.max(from, to)
      }
      const [first, last] = [Math.floor(least / stride), Math.floor(greatest / stride)]
      const whole = last - first + 1 >= extent
      this.#turns[2 * digit] = whole ? 0 : ((first % extent) + extent) % extent
      this.#turns[2 * digit + 1] = whole ? extent : last - first + 1
    }
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

/** Whether every element is its own group. Its addresses are counted out: a range of one digit would be all between the first and the last. */
const isEach = ({ digits, count }: Contents): boolean => digits.length === 1 && digits[0]!.stride === 1 && digits[0]!.extent === count

/** What the elements of the spans may be, each a group. Of too many all of the buffer are taken. */
function ofElements(load: Load, contents: Contents, spans: readonly Span[]): Value {
  const { span } = contents
  const size = spans.reduce((total, { least, greatest }, axis) => total * (load.axes[axis]!.stride === 0 ? 1 : greatest - least + 1), 1)
  if (size > MAX_LOOKED_AT) return contents.all()
  return span ? ofRuns(load, spans, span) : ofGroups(contents, addresses(load, spans))
}

/** What the elements of these places of the digits may be. Of too many all of the buffer are taken. */
function ofDigits(contents: Contents, turns: readonly number[]): Value {
  let groups: number[] = [0]
  for (const [digit, { extent }] of contents.digits.entries()) {
    const [first, count] = [turns[2 * digit]!, turns[2 * digit + 1]!]
    if (groups.length * count > MAX_LOOKED_AT) return contents.all()
    groups = groups.flatMap((group) => range(first, first + count - 1).map((place) => group * extent + (place % extent)))
  }
  return ofGroups(contents, groups)
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
