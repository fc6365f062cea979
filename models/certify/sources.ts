import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { type Contents, mapped, valuesOf } from './contents.ts'
import { equalValues } from './distinct.ts'
import type { Fault } from './fault.ts'
import type { Value } from './value.ts'

/**
 * What is known of a buffer, apart from where it comes from.
 * @property id       the same for contents that differ in the buffers alone that their values name
 * @property sources  those buffers, ascending
 */
export type Identity = { readonly id: number; readonly sources: readonly number[] }

type Known = Identity & { readonly contents: Contents }

/** Tells contents apart. Nothing of the analysis looks at a source but to name it, and to choose the later of two. */
export class Identities {
  readonly #found = new Map<Contents, Identity>()
  readonly #alike = new Map<string, Known[]>()
  #next = 0

  of(contents: Contents): Identity {
    let identity = this.#found.get(contents)
    if (!identity) {
      identity = this.#find(contents)
      this.#found.set(contents, identity)
    }
    return identity
  }

  #find(contents: Contents): Identity {
    const { constant, count, digits } = contents
    const values = constant ? [] : valuesOf(contents)
    const sources = constant ? [contents.group(0).source] : sourcesOf(values)
    const [first] = values
    const signature = constant
      ? `${constant.type} ${count} ${constant.bytes.subarray(0, 32).join()}`
      : `${count} ${JSON.stringify(digits)} ${first!.least} ${first!.greatest} ${first!.exponent}`
    const others = this.#alike.get(signature) ?? []
    this.#alike.set(signature, others)
    const same = others.find((other) => areSame(contents, values, sources, other))
    if (same) return { id: same.id, sources }
    const known = { id: this.#next++, sources, contents }
    others.push(known)
    return known
  }
}

function areSame({ constant, digits }: Contents, values: readonly Value[], sources: readonly number[], other: Known): boolean {
  if (constant) return other.contents.constant !== undefined && equalBytes(constant.bytes, other.contents.constant.bytes)
  if (other.contents.constant || other.sources.length !== sources.length || digits.length !== other.contents.digits.length) return false
  const rename = renaming(sources, other.sources)
  return values.every((value, group) => equalValues(rename(value), other.contents.group(group)))
}

function sourcesOf(values: readonly Value[]): number[] {
  const found = new Set<number>()
  for (const { source, fault } of values) {
    found.add(source)
    if (fault) found.add(fault.source)
  }
  found.delete(-1)
  return [...found].sort((a, b) => a - b)
}

/** Gives values the sources of the second list in place of those of the first, which has as many. */
export function renaming(from: readonly number[], to: readonly number[]): (value: Value) => Value {
  const fault = renamingOfFaults(from, to)
  const names = new Map(from.map((source, rank) => [source, to[rank]!]))
  if (from.every((source, rank) => source === to[rank])) return (value) => value
  return (value) =>
    value.source < 0 && !value.fault
      ? value
      : { ...value, source: names.get(value.source) ?? value.source, fault: value.fault && fault(value.fault) }
}

export function renamingOfFaults(from: readonly number[], to: readonly number[]): (fault: Fault) => Fault {
  const names = new Map(from.map((source, rank) => [source, to[rank]!]))
  return (fault) => ({ ...fault, source: names.get(fault.source) ?? fault.source })
}

/** The contents with the sources of the second list in place of those of the first. */
export const renamed = (contents: Contents, from: readonly number[], to: readonly number[]): Contents =>
  from.every((source, rank) => source === to[rank]) ? contents : mapped(contents, renaming(from, to))
