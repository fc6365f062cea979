import type { ReduceOp, ScalarType } from '../../ir/types.ts'
import type { Context } from './context.ts'
import { addIntegers, emitOperation } from './emit-operation.ts'

const OPERATION: Readonly<Record<ReduceOp, string>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' }

/** Bits of the folds' identities, SPEC section 4 "Order". */
const IDENTITY: Readonly<Record<ScalarType, Readonly<Record<ReduceOp, number>>>> = {
  f32: { sum: 0, prod: 0x3f800000, max: 0xff800000, min: 0x7f800000 },
  i32: { sum: 0, prod: 1, max: 0x80000000, min: 0x7fffffff },
}

/** The accumulators of a tile, one for each place: the value of the block that is being folded, and the running total over blocks. */
export class Accumulators {
  readonly #context: Context
  readonly #blocks: readonly number[]
  /** Locals of the totals. With one block they are that block's: the identity, combined with a block's value, changes no bit of it. */
  readonly totals: readonly number[]

  /** @param several  whether there are several blocks */
  constructor(context: Context, places: number, several: boolean) {
    const type = context.valueType(context.nest.reduce!.type)
    const locals = (): number[] => Array.from({ length: places }, () => context.code.local(type))
    this.#context = context
    this.#blocks = locals()
    this.totals = several ? locals() : this.#blocks
  }

  /** Before the first term. */
  start(): void {
    this.#reset(this.#blocks)
    if (this.totals !== this.#blocks) this.#reset(this.totals)
  }

  /** Takes a term, which `push` pushes, into the block of a place. */
  take(place: number, push: () => void): void {
    const { term } = this.#context.nest
    this.#combine(this.#blocks[place]!, push, /^i32.(add|const)$/.test(term!.nodes[term!.root]!.op))
  }

  /** Takes the blocks into the totals, and begins new ones. */
  flush(): void {
    this.#blocks.forEach((block, place) => {
      this.#combine(this.totals[place]!, () => this.#context.code.get(block), true)
    })
    this.#reset(this.#blocks)
  }

  /** @param alike  whether both operands may be sums */
  #combine(into: number, push: () => void, alike: boolean): void {
    const { code, nest } = this.#context
    const { type, op } = nest.reduce!
    code.get(into)
    push()
    const operation = `${type}.${OPERATION[op]}`
    if (alike && operation === 'i32.add') addIntegers(this.#context)
    else emitOperation(this.#context, operation)
    code.set(into)
  }

  #reset(locals: readonly number[]): void {
    const { code, wide, nest } = this.#context
    const { type, op } = nest.reduce!
    const bits = IDENTITY[type][op]
    for (const local of locals) {
      if (wide) this.#context.splat(bits)
      else if (type === 'f32') code.float(bits)
      else code.int(bits)
      code.set(local)
    }
  }
}
