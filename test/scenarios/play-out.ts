import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { readRequest } from '@opine/node-kit/reads.ts'
import { TERMS } from '../support/arena.ts'
import type { Stage } from './stage.ts'

/** What each escrow is left with when it owes nothing: a wei. */
const EMPTY = 1n
/** Milliseconds after which a reward that nobody claims is left to be burned. */
const PATIENCE = 20_000

/** Lets liveness pass and waits until the requests are settled. */
export async function settled(stage: Stage, ...requests: readonly Hex[]): Promise<void> {
  await stage.pass(3601)
  await settledByNow(stage, ...requests)
}

/** The same where liveness is over already: one more leap could pass over the window in which rewards are claimed. */
export async function settledByNow(stage: Stage, ...requests: readonly Hex[]): Promise<void> {
  for (const id of requests) {
    await stage.until('it settled', async () => (await readRequest(stage.contracts, id)).status === 'SETTLED')
  }
}

/**
 * Lets blocks come, and time pass once what can be claimed is claimed, until the protocol owes nothing: games ended, rewards paid, requests over.
 * @param seconds  of waiting, in all
 * @param window   of claims, in the deployment's terms
 */
export async function playOut(stage: Stage, seconds = 90, window = TERMS.claimWindow): Promise<void> {
  const { oracle, game, claims, operators } = stage.contracts
  const owing = async (): Promise<string[]> => {
    const escrows = await Promise.all([oracle, game, claims].map(({ address }) => operators.read('payoutOf', address)))
    return ['oracle', 'game', 'claims'].filter((_, index) => escrows[index]![0] !== EMPTY)
  }
  const end = performance.now() + 1000 * seconds
  while ((await owing()).length > 0) {
    if (performance.now() > end) {
      const words = stage.daemons.map((daemon) => daemon.lastWords()).join('\n')
      throw new Error(`after ${seconds} s money still lies in the escrow of ${(await owing()).join(', ')}\n${words}`)
    }
    await claimed(stage)
    await stage.pass(window + 1)
    const since = performance.now()
    while ((await owing()).length > 0 && performance.now() - since < 2000) await rest(50)
  }
}

/** Mines blocks until the rewards that were reserved are claimed. */
async function claimed(stage: Stage): Promise<void> {
  const end = performance.now() + PATIENCE
  while (performance.now() < end) {
    const proved = new Set((await stage.events('claims', 'ClaimProved')).map(({ assertionId }) => assertionId))
    const reserved = await stage.events('game', 'RewardReserved')
    if (reserved.every(({ assertionId }) => proved.has(assertionId))) return
    await stage.mine()
    await rest(300)
  }
}

const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
