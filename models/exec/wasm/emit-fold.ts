import { product, type ReduceOp, type ScalarType } from '../../ir/types.ts'
import { LANES } from './choose.ts'
import type { Context, Place } from './context.ts'
import { emitOperation } from './emit-operation.ts'
import { type Shared, ValueEmitter } from './emit-value.ts'
import { stepOf } from './step.ts'

const OPERATION: Readonly<Record<ReduceOp, string>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' }

/** Bits of the folds' identities, SPEC section 4 "Order". */
const IDENTITY: Readonly<Record<ScalarType, Readonly<Record<ReduceOp, number>>>> = {
  f32: { sum: 0, prod: 0x3f800000, max: 0xff800000, min: 0x7f800000 },
  i32: { sum: 0, prod: 1, max: 0x80000000, min: 0x7fffffff },
}

/** The places of a tile, rows outside. */
export function placesOf({ choice: { lane, unroll, row, rows } }: Context): Place[] {
  return Array.from({ length: rows * unroll }, (_, at) => ({
    ...(row < 0 ? {} : { [row]: Math.floor(at / unroll) }),
    ...(lane < 0 ? {} : { [lane]: LANES * (at % unroll) }),
  }))
}

/** Writes the fold of a tile in the canonical order: each output has its own accumulator. Gives the locals of the last totals, by place. */
export function emitFold(context: Context, places: readonly Place[]): number[] {
  const fold = new FoldEmitter(context, places)
  return fold.emit()
}

class FoldEmitter {
  readonly #context: Context
  readonly #places: readonly Place[]
  readonly #accumulators: readonly number[]
  /** Running totals over blocks; null where there is one block, whose value is the total: the identity changes no value. */
  readonly #totals: readonly number[] | null
  /** Terms left in the block. */
  readonly #left: number
  readonly #type: ScalarType
  readonly #op: ReduceOp
  readonly #block: number
  readonly #terms: number

  constructor(context: Context, places: readonly Place[]) {
    const { nest, code } = context
    const { op, type, block } = nest.reduce!
    this.#context = context
    this.#places = places
    this.#type = type
    this.#op = op
    this.#block = block
    this.#terms = product(nest.extents.slice(nest.outputs))
    this.#accumulators = places.map(() => code.local(context.valueType(type)))
    this.#totals = this.#terms > block ? places.map(() => code.local(context.valueType(type))) : null
    this.#left = code.local('i32')
  }

  emit(): number[] {
    const { code } = this.#context
    this.#reset(this.#accumulators)
    if (this.#totals) {
      this.#reset(this.#totals)
      code.int(this.#block)
      code.set(this.#left)
    }
    this.#loop(this.#context.nest.outputs)
    if (this.#totals && this.#terms % this.#block !== 0) this.#flush()
    return [...(this.#totals ?? this.#accumulators)]
  }

  #reset(locals: readonly number[]): void {
    const { code, wide } = this.#context
    const bits = IDENTITY[this.#type][this.#op]
    for (const local of locals) {
      if (wide) this.#context.splat(bits)
      else if (this.#type === 'f32') code.float(bits)
      else code.int(bits)
      code.set(local)
    }
  }

  #flush(): void {
    this.#accumulators.forEach((accumulator, at) => {
      const total = this.#totals![at]!
      this.#combine(total, () => this.#context.code.get(accumulator))
    })
    this.#reset(this.#accumulators)
  }

  #combine(into: number, push: () => void): void {
    this.#context.code.get(into)
    push()
    emitOperation(this.#context, `${this.#type}.${OPERATION[this.#op]}`)
    this.#context.code.set(into)
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
    if (!this.#totals && step === extent) {
      this.#take(variable, step)
      return
    }
    const counter = code.local('i32')
    const { advance, leave } = tracker.induct(variable, step)
    const body = (): void => {
      this.#take(variable, step)
      advance()
    }
    if (this.#totals) this.#cut(extent, counter, step, body)
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
    this.#flush()
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
        this.#combine(this.#accumulators[at]!, () => value.emit())
      })
    }
  }
}
