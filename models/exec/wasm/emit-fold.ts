import { product } from '../../ir/types.ts'
import { Accumulators } from './accumulators.ts'
import { LANES } from './choose.ts'
import type { Context, Place } from './context.ts'
import { type Shared, ValueEmitter } from './emit-value.ts'
import { stepOf } from './step.ts'

/** The places of a tile, rows outside. */
export function placesOf({ choice: { lane, unroll, row, rows } }: Context): Place[] {
  return Array.from({ length: rows * unroll }, (_, at) => ({
    ...(row < 0 ? {} : { [row]: Math.floor(at / unroll) }),
    ...(lane < 0 ? {} : { [lane]: LANES * (at % unroll) }),
  }))
}

/** Writes the fold of a tile in the canonical order: each output has its own accumulator. Gives the locals of the last totals, by place. */
export function emitFold(context: Context, places: readonly Place[]): readonly number[] {
  const fold = new FoldEmitter(context, places)
  return fold.emit()
}

class FoldEmitter {
  readonly #context: Context
  readonly #places: readonly Place[]
  readonly #accumulators: Accumulators
  /** Terms left in the block, if there are several blocks. */
  readonly #left: number
  readonly #block: number
  readonly #terms: number

  constructor(context: Context, places: readonly Place[]) {
    const { nest, code } = context
    const { block } = nest.reduce!
    this.#context = context
    this.#places = places
    this.#block = block
    this.#terms = product(nest.extents.slice(nest.outputs))
    this.#accumulators = new Accumulators(context, places.length, this.#terms > block)
    this.#left = code.local('i32')
  }

  emit(): readonly number[] {
    const { code } = this.#context
    this.#accumulators.start()
    if (this.#cuts) {
      code.int(this.#block)
      code.set(this.#left)
    }
    this.#loop(this.#context.nest.outputs)
    if (this.#cuts && this.#terms % this.#block !== 0) this.#accumulators.flush()
    return this.#accumulators.totals
  }

  /** Whether blocks end before the fold does. */
  get #cuts(): boolean {
    return this.#terms > this.#block
  }

  #loop(variable: number): void {
    const { nest, tracker, code } = this.#context
    const last = nest.extents.length - 1
    if (variable > last) {
      this.#take(-1, 1)
      return
    }
    if (variable === last) {
      this.#run(variable)
      return
    }
    const counter = code.local('i32')
    const { advance, leave } = tracker.induct(variable, 1)
    this.#count(counter, nest.extents[variable]!, 1, () => {
      this.#loop(variable + 1)
      advance()
    })
    leave()
  }

  /** `body` as often as `step` goes into `from`. */
  #count(counter: number, from: number, step: number, body: () => void): void {
    const { code } = this.#context
    code.int(from)
    code.set(counter)
    code.open('loop')
    body()
    this.#decrease(counter, step)
    code.op('br_if', 0)
    code.end()
  }

  #decrease(counter: number, step: number): void {
    const { code } = this.#context
    code.get(counter)
    code.int(step)
    code.op('i32.sub')
    code.tee(counter)
  }

  /** The innermost coordinate: `step` terms at a time, which ends of blocks never cut. */
  #run(variable: number): void {
    const { nest, tracker, code } = this.#context
    const extent = nest.extents[variable]!
    const step = stepOf(nest, this.#context.choice)
    if (!this.#cuts && step === extent) {
      this.#take(variable, step)
      return
    }
    const counter = code.local('i32')
    const { advance, leave } = tracker.induct(variable, step)
    const body = (): void => {
      this.#take(variable, step)
      advance()
    }
    if (this.#cuts) this.#cut(extent, counter, step, body)
    else this.#count(counter, extent, step, body)
    leave()
  }

  /** A run of `extent` terms, cut where blocks end. */
  #cut(extent: number, counter: number, step: number, body: () => void): void {
    const { code } = this.#context
    const rest = code.local('i32')
    code.int(extent)
    code.set(rest)
    code.open('loop')
    for (const operand of [rest, this.#left, rest, this.#left]) code.get(operand)
    code.op('i32.lt_u')
    code.op('select')
    code.set(counter)
    for (const local of [rest, this.#left]) {
      code.get(local)
      code.get(counter)
      code.op('i32.sub')
      code.set(local)
    }
    code.open('loop')
    body()
    this.#decrease(counter, step)
    code.op('br_if', 0)
    code.end()
    code.get(this.#left)
    code.op('i32.eqz')
    code.open('if')
    this.#accumulators.flush()
    code.int(this.#block)
    code.set(this.#left)
    code.end()
    code.get(rest)
    code.op('br_if', 0)
    code.end()
  }

  /** `count` terms one after the other, all places of the tile at each. */
  #take(variable: number, count: number): void {
    for (let term = 0; term < count; term++) {
      const shared: Shared = new Map()
      this.#places.forEach((place, at) => {
        const here = variable < 0 ? place : { ...place, [variable]: term }
        const value = new ValueEmitter(this.#context, this.#context.nest.term!, here, shared, null)
        this.#accumulators.take(at, () => value.emit())
      })
    }
  }
}
