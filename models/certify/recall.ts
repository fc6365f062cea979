import type { Kernel, Load, ScalarType } from '../ir/types.ts'
import type { Contents } from './contents.ts'
import { type Examined, examine } from './examine.ts'
import { Identities, renamed, renamingOfFaults } from './sources.ts'

/** @property sources  of the operands, ascending */
type Followed = { readonly examined: Examined; readonly sources: readonly number[] }

/**
 * Examines kernels, equal ones on equal operands once: the steps of an unrolled loop. All that `examine` depends on is compared, byte by byte and
 * value by value. What differs is where operands come from, which is put in its place.
 */
export class Recall {
  readonly #identities = new Identities()
  readonly #followed = new Map<string, Followed>()

  /** As `examine`. */
  examine(kernel: Kernel, operands: readonly Contents[], types: readonly ScalarType[]): Examined {
    const identities = operands.map((contents) => this.#identities.of(contents))
    const sources = [...new Set(identities.flatMap((identity) => identity.sources))].sort((a, b) => a - b)
    const rank = new Map(sources.map((source, index) => [source, index]))
    const key = JSON.stringify({
      ...kernel,
      loads: kernel.loads.map((load, number) => ({ ...load, buffer: null, base: baseOf(load, operands[number]!), type: types[number] })),
      operands: identities.map(({ id, sources: own }) => [id, own.map((source) => rank.get(source))]),
    })
    const before = this.#followed.get(key)
    if (before) return elsewhere(before, sources)
    const examined = examine(kernel, operands, types)
    this.#followed.set(key, { examined, sources })
    return examined
  }
}

/** Addresses that are whole turns of all digits apart are of the same groups. */
function baseOf({ base }: Load, { digits }: Contents): number {
  const turns = digits.map(({ stride, extent }) => stride * extent)
  const longest = Math.max(1, ...turns)
  return turns.every((turn) => longest % turn === 0) ? base % longest : base
}

function elsewhere({ examined: { contents, watch, faults }, sources: before }: Followed, sources: readonly number[]): Examined {
  if (before.every((source, rank) => source === sources[rank])) return { contents, watch, faults }
  const rename = renamingOfFaults(before, sources)
  return {
    contents: renamed(contents, before, sources),
    watch,
    faults: faults.map(({ fault, channel }) => ({ fault: rename(fault), channel })),
  }
}
