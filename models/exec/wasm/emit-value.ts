import { type Context, offsetAt, type Place } from './context.ts'
import { withKnown } from './emit-known.ts'
import { emitLoad, emitMask, spread } from './emit-load.ts'
import { emitInRange } from './emit-one.ts'
import { addIntegers, COMPARE, emitOperation } from './emit-operation.ts'
import type { Graph } from './graph.ts'
import { typeOf } from './node-type.ts'

/** Values that several places of a tile share, by what their addresses have in common: local numbers. */
export type Shared = Map<string, number>

/** Writes the code of one graph at one place of a tile. */
export class ValueEmitter {
  readonly #context: Context
  readonly #graph: Graph
  readonly #place: Place
  readonly #shared: Shared
  /** Local of the folded value. */
  readonly #fold: number | null
  readonly #done = new Map<number, number>()

  constructor(context: Context, graph: Graph, place: Place, shared: Shared, fold: number | null) {
    this.#context = context
    this.#graph = graph
    this.#place = place
    this.#shared = shared
    this.#fold = fold
  }

  /** Pushes the root's value. */
  emit(): void {
    this.#value(this.#graph.root)
  }

  /** Computes a node into a local, from where later ones take it. Leaves and conditions that one choice alone asks for stay where they are used. */
  prepare(node: number): void {
    const { op } = this.#graph.nodes[node]!
    const uses = this.#graph.uses[node]!
    if (uses === 0 || this.#done.has(node) || op === 'load' || op === 'fold' || op.endsWith('.const')) return
    if (uses === 1 && (op === 'inrange' || COMPARE[op])) return
    const { code } = this.#context
    const local = code.local(this.#context.valueType(typeOf(this.#context, this.#graph, node)))
    this.#compute(node)
    code.set(local)
    this.#done.set(node, local)
  }

  #value(node: number): void {
    const { code } = this.#context
    const { op } = this.#graph.nodes[node]!
    const known = this.#done.get(node)
    if (known !== undefined) {
      code.get(known)
      return
    }
    this.#compute(node)
    if (this.#graph.uses[node] === 1 || op === 'load' || op === 'fold' || op.endsWith('.const')) return
    const local = code.local(this.#context.valueType(typeOf(this.#context, this.#graph, node)))
    code.tee(local)
    this.#done.set(node, local)
  }

  #compute(node: number): void {
    const context = this.#context
    const { code, wide } = context
    const { op, args, arg } = this.#graph.nodes[node]!
    if (op === 'load') {
      this.#load(arg)
      return
    }
    if (op === 'fold') {
      code.get(this.#fold!)
      return
    }
    if (op === 'var') {
      const form = context.vars[arg]!
      const push = (): void => context.tracker.push(form, offsetAt(form, this.#place))
      wide ? spread(context, push, context.laneStep(form)) : push()
      return
    }
    if (op.endsWith('.const')) {
      wide ? context.splat(arg) : op === 'f32.const' ? code.float(arg) : code.int(arg)
      return
    }
    if (op === 'select') {
      this.#select(args)
      return
    }
    if (op === 'inrange' || COMPARE[op]) {
      this.#mask(node)
      if (!wide) return
      code.int(31)
      code.op('i32x4.shr_u')
      return
    }
    const known = wide ? withKnown(context, this.#graph, op, args) : undefined
    if (known) {
      this.#value(known.asked)
      known.finish()
      return
    }
    for (const operand of args) this.#value(operand)
    op === 'i32.add' ? addIntegers(context) : emitOperation(context, op)
  }

  /** Pushes a comparison: 0 or 1 of one value, all bits of lanes. */
  #mask(node: number): void {
    const context = this.#context
    const { op, args, arg } = this.#graph.nodes[node]!
    if (op === 'inrange') {
      const load = context.loads.get(arg)!
      if (!context.wide) {
        emitInRange(context, arg, this.#place)
        return
      }
      emitMask(context, load, this.#place)
      return
    }
    for (const operand of args) this.#value(operand)
    emitOperation(context, op)
  }

  #select(args: readonly number[]): void {
    const { code, wide } = this.#context
    const [chosen, otherwise, condition] = args as [number, number, number]
    this.#value(chosen)
    this.#value(otherwise)
    const { op } = this.#graph.nodes[condition]!
    const compares = op === 'inrange' || COMPARE[op] !== undefined
    if (compares && !this.#done.has(condition) && this.#graph.uses[condition] === 1) this.#mask(condition)
    else {
      this.#value(condition)
      if (wide) {
        this.#context.splat(0)
        code.op('i32x4.ne')
      }
    }
    code.op(wide ? 'v128.bitselect' : 'select')
  }

  #load(number: number): void {
    const { code, loads } = this.#context
    const { address, guards, source } = loads.get(number)!
    const indices = source.lookups.map(({ load }) => loads.get(load)!)
    const forms = [address, ...guards, ...indices.flatMap((index) => [index.address, ...index.guards])]
    const key = `${number} ${forms.map((form) => offsetAt(form, this.#place)).join(' ')}`
    let local = this.#shared.get(key)
    if (local === undefined) {
      emitLoad(this.#context, number, this.#place)
      local = code.local(this.#context.valueType(source.type === 'f32' ? 'f32' : 'i32'))
      this.#shared.set(key, local)
      code.tee(local)
      return
    }
    code.get(local)
  }
}
