import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { placeProof } from '@opine/models/trace/place-proof.ts'
import { type DemandState, readAttestation, readDemand, readPlaces, readVersion } from '@opine/node-kit/attestations.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { Log } from '@opine/node-kit/log.ts'
import type { Sender } from '@opine/node-kit/sender.ts'
import type { Head } from '@opine/node-kit/sync.ts'

export type AttestingDeps = { readonly contracts: Contracts; readonly sender: Sender; readonly log: Log }

/** What is left of an attestation when it is renewed, seconds: the contract allows it from 15 days on. */
const RENEWAL = 14 * 86_400
/** Seconds for the answer to a demand, as in the contract. */
const ANSWER_WINDOW = 86_400

/** Attests versions whose program this machine holds, renews that, and answers every demand for them. */
export class Attesting {
  readonly #deps: AttestingDeps
  readonly #models: ReadonlyMap<Hex, LoadedModel>
  readonly #forfeit = new Set<Hex>()

  private constructor(deps: AttestingDeps, models: ReadonlyMap<Hex, LoadedModel>) {
    this.#deps = deps
    this.#models = models
  }

  /**
   * @param versions  those to attest
   * @throws {OpineError} `VERSION_UNKNOWN`; `VERSION_OTHER_MODEL` where its program is none of these models: stake would stand on nothing
   */
  static async open(versions: readonly Hex[], models: readonly LoadedModel[], deps: AttestingDeps): Promise<Attesting> {
    const held = new Map<Hex, LoadedModel>()
    for (const version of versions) {
      const { programRoot } = await readVersion(deps.contracts, version)
      const model = models.find(({ root }) => root === programRoot)
      if (model) held.set(version, model)
      else {
        const message = `version ${version} is program ${programRoot}, which is none of this node's models; give its file by --model, or do not attest it`
        throw new OpineError('VERSION_OTHER_MODEL', message, { version, programRoot })
      }
    }
    return new Attesting(deps, held)
  }

  get versions(): Iterable<Hex> {
    return this.#models.keys()
  }

  /** Takes the next step for a version, if there is one. */
  async advance(version: Hex, head: Head): Promise<void> {
    const { contracts, sender, log } = this.#deps
    const demand = await readDemand(contracts, version)
    if (demand) return this.#answer(version, demand, head)
    const { expires, forfeit } = await readAttestation(contracts, version, sender.address)
    if (forfeit) {
      const next = 'find out why no demand was answered before staking on it again'
      if (!this.#forfeit.has(version)) log.error('attestationForfeit', { version, next })
      this.#forfeit.add(version)
      return
    }
    const { retired } = await readVersion(contracts, version)
    if (retired || this.#forfeit.has(version) || expires > head.timestamp + RENEWAL) return
    const call = contracts.attestations.encode('attest', version)
    await sender.send({ key: `attest:${version}:${expires}`, facts: { kind: 'attest', version }, ...call })
  }

  /** Whoever holds the files can: it earns the bond, and saves the attesters. */
  async #answer(version: Hex, { openedAt, deadline, seedBlock }: DemandState, head: Head): Promise<void> {
    const { contracts, sender } = this.#deps
    if (deadline === 0) {
      if (head.number <= seedBlock) return
      const call = contracts.attestations.encode('draw', version)
      await sender.send({ key: `draw:${version}:${seedBlock}`, facts: { kind: 'draw', version }, anybody: true, ...call })
    } else if (head.timestamp <= deadline) {
      const { program, tree } = this.#models.get(version)!
      const places = await readPlaces(contracts, version)
      const proofs = places.map(({ buffer, draw }) => placeProof(program, tree, buffer, draw))
      const call = contracts.attestations.encode('answer', version, proofs.map(encoded))
      // The attestations are lost if it comes too late.
      const clock = { deadline, whole: ANSWER_WINDOW }
      await sender.send({ key: `answer:${version}:${openedAt}`, facts: { kind: 'answer', version }, clock, ...call })
    }
  }
}

const encoded = ({ proof, descriptor, word, siblings }: ReturnType<typeof placeProof>): object => ({
  proof: { meta: toHex(proof.meta), body: toHex(proof.body), siblings: proof.siblings.map(toHex) },
  descriptor: toHex(descriptor),
  word: toHex(word),
  siblings: siblings.map(toHex),
})
