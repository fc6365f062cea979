import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Context } from '../context.ts'
import { constantCode } from '../nodes/constants.ts'
import { emitLookup } from '../nodes/lookup.ts'
import type { Take } from '../nodes/take.ts'
import { Reason } from '../reason.ts'
import type { Code, Floats, Region, Value } from '../values.ts'
import { floatsOf, quantizeFloats } from './code.ts'
import { emitFloatNode } from './float.ts'
import { emitRegion } from './region.ts'

/** The tensors of the float model in the forms that readers ask for; each form is emitted once. */
export class Tensors implements Take {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  value(name: string): Value {
    const known = this.#context.values.get(name)
    if (known) return known
    throw new OpineError('QUANTIZE_MODEL', `'${name}' is read before it is known`, { tensor: name })
  }

  /** The tensor as integers. */
  code(name: string): Code | Reason {
    const known = this.#codes.get(name)
    if (known) return known
    if (this.#context.network.constants.has(name)) {
      const constant = constantCode(this.#context, name)
      if (!(constant instanceof Reason)) this.#codes.set(name, constant)
      return constant
    }
    const value = this.#settled(name)
    if (value.kind === 'code') return value
    if (value.kind !== 'floats') return new Reason(`its operand '${name}' is no float`)
    const code = quantizeFloats(this.#context, name, value)
    this.#codes.set(name, code)
    return code
  }

  readonly #codes = new Map<string, Code>()
  readonly #floats = new Map<string, string>()

  /** What a region or a curve is, once somebody asks. */
  #settled(name: string): Exclude<Value, Region | { kind: 'curve' }> {
    const value = this.value(name)
    if (value.kind !== 'region' && value.kind !== 'curve') return value
    const settled = value.kind === 'region' ? emitRegion(this.#context, value) : this.#lookup(name)
    this.#context.values.set(name, settled)
    return settled
  }

  #lookup(name: string): Code | Floats {
    const curve = this.value(name)
    if (curve.kind !== 'curve') throw new OpineError('QUANTIZE_MODEL', `'${name}' is no function of a tensor`, { tensor: name })
    const root = this.code(curve.root)
    const found = root instanceof Reason ? root : emitLookup(this.#context, curve, root)
    if (!(found instanceof Reason)) return found
    // Node by node, in float.
    const last = curve.nodes.at(-1)!
    this.#context.left.push({ node: last.name || name, operator: last.op, reason: found.text })
    for (const node of curve.nodes) {
      for (const [output, value] of emitFloatNode(this.#context, node, (input) => this.number(input))) this.#floats.set(output, value.name)
    }
    return { kind: 'floats', name: this.#floats.get(name)!, shape: curve.shape }
  }

  /** Name of the tensor as numbers, for who calculates in float, or as what else it is. */
  number(name: string): string {
    const known = this.#floats.get(name)
    if (known !== undefined) return known
    const value = this.#settled(name)
    const { name: number } = value.kind === 'code' ? floatsOf(this.#context, name, value) : value
    this.#floats.set(name, number)
    return number
  }
}
