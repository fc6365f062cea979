import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { committedRoot } from '@opine/models/trace/commitment.ts'
import type { Chain } from '@opine/node-kit/chain.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import type { Log } from '@opine/node-kit/log.ts'
import { type RequestState, readAssertion, readRequest } from '@opine/node-kit/reads.ts'
import { revertOf } from '@opine/node-kit/revert.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import { readAssertions, settleIfDue, survivorOf } from '@opine/node-kit/settle.ts'
import { type Head, isOnChain } from '@opine/node-kit/sync.ts'
import type { Result } from 'ethers'
import type { Truth } from './truth.ts'

export type RewardDeps = {
  readonly chain: Pick<Chain, 'provider'>
  readonly contracts: Contracts
  readonly journal: Journal
  readonly sender: Sending
  readonly truth: Truth
  readonly log: Log
}

/** Seconds for which the operator that is paid by it may settle first. */
const GRACE = 60

type Claim = { readonly gameId: Hex; readonly assertionId: Hex; readonly requestId: Hex }

/** Claims what a game earned, SPEC section 8: fix the draw, wait for its block, open the drawn leaves, and have it paid after the window. */
export class Rewards {
  readonly #deps: RewardDeps

  constructor(deps: RewardDeps) {
    this.#deps = deps
  }

  /**
   * Takes the next step towards the reward of a defeated assertion.
   * @param killer  whether it was this game that defeated it; the others are paid only where the better-ranked do not claim
   * @returns       true once there is nothing left to be had; said aloud if it could have been
   */
  async advance(gameId: Hex, assertionId: Hex, killer: boolean, head: Head): Promise<boolean> {
    const { contracts } = this.#deps
    const [reward] = (await contracts.claims.read('rewardOf', assertionId)) as unknown as [bigint]
    if (reward === 0n) return true
    const { request: requestId } = await readAssertion(contracts, assertionId)
    const request = await readRequest(contracts, requestId)
    if (request.status === 'OPEN') return this.#settle(requestId, request, head)
    if (request.status !== 'SETTLED') return this.#give('requestExpired', { gameId, assertionId, requestId })
    const [end] = (await contracts.claims.read('windowEnd', assertionId)) as unknown as [bigint]
    const claim = { gameId, assertionId, requestId }
    const proved = await this.#proved(assertionId)
    if (proved.includes(gameId)) return this.#pay(claim, head, Number(end))
    if (head.timestamp > Number(end)) return (!killer && proved.length > 0) || this.#give('windowClosed', claim)
    const drawn = await this.#drawn(gameId)
    if (drawn === 'SeedNotReady') return false
    if (drawn === 'SeedTooOld') return this.#give('seedTooOld', claim)
    if (drawn !== 'NotStarted') return this.#prove(claim, request, drawn)
    if (!killer && (proved.length > 0 || !(await this.#worthwhile(claim, request, head, Number(end))))) return false
    await this.#send('startClaim', claim, 'startClaim', gameId)
    return false
  }

  /** Without a settlement there is no reward, so the challenger looks after it where nobody does. */
  async #settle(requestId: Hex, request: RequestState, head: Head): Promise<boolean> {
    const { contracts, journal, sender } = this.#deps
    const assertions = await readAssertions(contracts, requestId)
    if (!survivorOf(assertions)) return head.timestamp > request.deadline && this.#give('nobodyAnswered', { requestId })
    await settleIfDue({ contracts, journal, sender }, { requestId, assertions, request, head, grace: GRACE })
    return false
  }

  /** A game that did not kill claims in the second half of the window, if no better-ranked one has, to save gas. */
  async #worthwhile({ gameId }: Claim, { settledAt }: RequestState, head: Head, end: number): Promise<boolean> {
    const { contracts } = this.#deps
    const [stood] = (await contracts.game.read('stoodAtKill', gameId)) as unknown as [boolean]
    return stood && head.timestamp > (settledAt + end) / 2
  }

  /** Games whose claims are proved, on the chain as it is now. */
  async #proved(assertionId: Hex): Promise<Hex[]> {
    const { chain, journal } = this.#deps
    const proved = journal.proved(assertionId)
    const there = await Promise.all(proved.map((record) => isOnChain(chain, record)))
    return proved.flatMap(({ gameId }, index) => (there[index] ? [gameId] : []))
  }

  /** The kernels that the claim has to open, or why they are not known: the seed's block is another one after a reorganisation. */
  async #drawn(gameId: Hex): Promise<number[] | 'NotStarted' | 'SeedNotReady' | 'SeedTooOld'> {
    try {
      const [drawn] = (await this.#deps.contracts.claims.read('drawnKernels', gameId)) as unknown as [Result]
      return drawn.toArray().map(Number)
    } catch (error) {
      const reason = (['NotStarted', 'SeedNotReady', 'SeedTooOld'] as const).find(
        (name) => revertOf(error)?.name === `RewardClaims_${name}`,
      )
      if (reason) return reason
      throw error
    }
  }

  async #prove(claim: Claim, request: RequestState, drawn: readonly number[]): Promise<boolean> {
    const { contracts, sender, truth } = this.#deps
    const { gameId, requestId } = claim
    const { asserter } = await readAssertion(contracts, request.settledBy)
    const commitment = await truth.commitment(requestId)
    const [mine, settled] = [truth.tree(commitment, requestId, sender.address), truth.tree(commitment, requestId, asserter)]
    const leaves = drawn.map((kernel) => {
      return { tensorRoot: committedRoot(commitment, kernel), mine: branch(mine, kernel), settled: branch(settled, kernel) }
    })
    await this.#send('proveClaim', claim, 'proveClaim', gameId, rootOf(mine), leaves)
    return false
  }

  async #pay(claim: Claim, head: Head, end: number): Promise<boolean> {
    if (head.timestamp <= end) return false
    await this.#send('payClaim', claim, 'payClaim', claim.assertionId)
    return true
  }

  async #send(kind: string, { gameId, assertionId }: Claim, method: string, ...args: readonly unknown[]): Promise<void> {
    const { contracts, sender } = this.#deps
    const [facts, call] = [{ kind, gameId, assertionId }, contracts.claims.encode(method, ...args)]
    // Only the challenger itself fixes its draw.
    await sender.send({ key: `${kind}:${gameId}`, facts, anybody: kind !== 'startClaim', ...call })
  }

  #give(reason: string, facts: object): true {
    this.#deps.log.warn('rewardMissed', { reason, ...facts })
    return true
  }
}
