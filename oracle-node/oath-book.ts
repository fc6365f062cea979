import { OpineError } from '@opine/dispute-game/errors.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Oaths } from '@opine/node-kit/oaths.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { keccak256 } from 'ethers'

/** Signatures at hand. */
const KEPT = 256

/**
 * Signs oaths, on chain and off, and never two contents for one place, in however many lives of the process: two signatures lose the bond
 * without any computation. What is signed is on disk before; a machine that computes something else later stops there.
 */
export class OathBook {
  readonly #oaths: Oaths
  readonly #store: Store
  /** What was signed lately, by place: who asks again costs no signature, which another process may have to give. */
  readonly #signed = new Map<string, Promise<string>>()

  constructor(oaths: Oaths, store: Store) {
    this.#oaths = oaths
    this.#store = store
  }

  /** @throws {OpineError} `OATH_CONTRADICTS` if another content was signed for this place */
  async interior(assertionId: Hex, first: number, roots: readonly Uint8Array[]): Promise<Hex> {
    const place = `${assertionId} interior ${first}`
    this.#note(place, keccak256(concatBytes(...roots)))
    return this.#sign(place, () => this.#oaths.interior(assertionId, first, roots))
  }

  /** @throws {OpineError} `OATH_CONTRADICTS` if another content was signed for this place */
  async totals(assertionId: Hex, kernel: number, element: number, totals: readonly number[]): Promise<Hex> {
    const place = `${assertionId} totals ${kernel} ${element}`
    this.#note(place, totals.join())
    return this.#sign(place, () => this.#oaths.totals(assertionId, kernel, element, totals))
  }

  async #sign(place: string, sign: () => Promise<string>): Promise<Hex> {
    const signature = this.#signed.get(place) ?? sign()
    this.#signed.set(place, signature)
    for (const oldest of this.#signed.keys()) if (this.#signed.size > KEPT) this.#signed.delete(oldest)
    try {
      return (await signature) as Hex
    } catch (error) {
      this.#signed.delete(place)
      throw error
    }
  }

  #note(place: string, content: string): void {
    const known = this.#store.get<string>('oath', place)
    if (known === undefined) this.#store.put('oath', place, content)
    if (known === undefined || known === content) return
    const next = 'this machine does not compute what it did before: check its memory and disk, and do not answer requests on it'
    throw new OpineError('OATH_CONTRADICTS', `another content was sworn for ${place}, so that nothing is signed; ${next}`, { place })
  }
}
