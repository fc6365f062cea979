import type { OpineError } from '@opine/dispute-game/errors.ts'
import type { Attribute, GraphNode } from '../onnx/types.ts'

/** What attributes hold, by their kind. */
type Kinds = {
  readonly int: number
  readonly float: number
  readonly string: string
  readonly ints: readonly number[]
  readonly floats: readonly number[]
  readonly strings: readonly string[]
}

/** A node's attributes by kind, with their defaults. One of another kind makes the node invalid. */
export abstract class Attributes {
  abstract readonly node: GraphNode

  /** The error of a node that ONNX itself does not allow. */
  abstract invalid(reason: string): OpineError

  int(name: string, fallback: number): number {
    return this.#given(name, 'int', 'integer') ?? fallback
  }

  float(name: string, fallback: number): number {
    return this.#given(name, 'float', 'float') ?? fallback
  }

  text(name: string, fallback: string): string {
    return this.#given(name, 'string', 'string') ?? fallback
  }

  ints(name: string): readonly number[] | null {
    return this.#given(name, 'ints', 'list of integers')
  }

  floats(name: string): readonly number[] | null {
    return this.#given(name, 'floats', 'list of floats')
  }

  strings(name: string): readonly string[] | null {
    return this.#given(name, 'strings', 'list of strings')
  }

  attribute(name: string): Attribute | null {
    return this.node.attributes[name] ?? null
  }

  /** An attribute of a kind; null where it is absent. @param what  the kind in words */
  #given<K extends keyof Kinds>(name: string, kind: K, what: string): Kinds[K] | null {
    const attribute = this.attribute(name)
    if (!attribute) return null
    if (kind in attribute) return (attribute as Kinds)[kind]
    throw this.invalid(`has an attribute '${name}' that is no ${what}`)
  }
}
