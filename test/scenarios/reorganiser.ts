import { setTimeout as sleep } from 'node:timers/promises'
import { TERMS } from '../support/arena.ts'
import type { Chance } from './chance.ts'
import { minedSince } from './history.ts'
import type { Stage } from './stage.ts'

/** What becomes of the transactions of blocks that are taken back. */
export const FATES = ['never come back', 'come back in another order', 'are done by another'] as const
export type Fate = (typeof FATES)[number]

/** Nonces whose transactions were taken back are used up after the half of this. */
export const FAST = ['--replace-after', '3000']
/** Clocks that outlast the scenario, and a window that many leaps to a settlement leave open; time passes where it says so. */
export const PATIENT = { ...TERMS, clock: 100_000, claimWindow: 500_000 }

/** A transaction of the protocol, by the name of the call. */
type Taken = {
  readonly hash: string
  readonly from: string
  readonly to: string
  readonly data: string
  readonly name: string
  readonly block: number
}

/** Blocks that are taken back at most. */
const DEEPEST = 10

/** What only its sender can do, or costs whoever does it. */
const OWN = ['requestInference', 'assertResult', 'open', 'withdraw']

/** Takes blocks back: anvil makes as many others in their place, with the transactions that it is told. */
export class Reorganiser {
  readonly #stage: Stage
  readonly #chance: Chance
  readonly #stranger: string
  readonly #base: number
  #scanned: string | null = null
  /** Depth, transition and fate of each reorganisation. */
  readonly done: string[] = []
  /** Every call that one of them took back. */
  readonly tookBack = new Set<string>()

  private constructor(stage: Stage, chance: Chance, stranger: string, base: number) {
    this.#stage = stage
    this.#chance = chance
    this.#stranger = stranger
    this.#base = base
  }

  /** @param stranger  account that does what others did, on the other fork */
  static async begin(stage: Stage, chance: Chance, stranger: number): Promise<Reorganiser> {
    return new Reorganiser(stage, chance, stage.address(stranger), await stage.provider.getBlockNumber())
  }

  /** The oldest call of these names among the last blocks, as the chain stands now. */
  async find(names: ReadonlySet<string>): Promise<Taken | undefined> {
    const { provider } = this.#stage
    const latest = (await provider.getBlock('latest'))!
    if (latest.hash === this.#scanned) return undefined
    const first = Math.max(this.#base + 1, latest.number - DEEPEST + 1)
    const found = (await this.#between(first, latest.number)).find(({ name }) => names.has(name))
    if (!found) this.#scanned = latest.hash
    return found
  }

  /**
   * Takes the last blocks back, at most ten, and none before the beginning.
   * @param from  the block from which on at the latest
   * @returns     false if that one is out of reach, or there is nothing to take back
   */
  async reorganise(transition: string, fate: Fate = this.#chance.pick(FATES), from = Infinity): Promise<boolean> {
    const { provider, inVain } = this.#stage
    // Blocks that come between would leave holes in this node's chain: it takes back and makes anew without a lock.
    await provider.send('evm_setAutomine', [false])
    try {
      const head = await this.#standing()
      const least = Math.max(1, head - from + 1)
      if (least > Math.min(DEEPEST, head - this.#base)) return false
      const depth = Math.min(this.#chance.whole(least, DEEPEST), head - this.#base)
      const taken = await this.#between(head - depth + 1, head)
      for (const { hash, ok, idle } of await minedSince(provider, head - depth + 1)) if (!ok || idle) inVain.add(hash)
      await provider.send('anvil_reorg', [depth, await this.#again(taken, fate)])
      await this.#expectWhole()
      for (const { name } of taken) this.tookBack.add(name)
      this.done.push(`${transition}: ${depth} blocks, ${taken.length} transactions ${fate}`)
    } finally {
      await provider.send('evm_setAutomine', [true])
    }
    // The time that had passed in those blocks has not passed: the next block comes a second after the last.
    const { timestamp } = (await provider.getBlock('latest'))!
    await provider.send('evm_setNextBlockTimestamp', [timestamp + 1])
    await provider.send('evm_mine', [])
    return true
  }

  /** The latest block's number, once what was being mined is. */
  async #standing(): Promise<number> {
    const { provider } = this.#stage
    for (let before = -1; ; await sleep(10)) {
      const head = await provider.getBlockNumber()
      if (head === before) return head
      before = head
    }
  }

  /** Each block stands on the one before. @throws where the node itself, which is not what is tested, lost blocks */
  async #expectWhole(): Promise<void> {
    const { provider } = this.#stage
    const head = await provider.getBlockNumber()
    const numbers = Array.from({ length: Math.min(2 * DEEPEST, head - this.#base) }, (_, index) => head - index)
    const blocks = await Promise.all(numbers.map((number) => provider.getBlock(number)))
    const broken = blocks.findIndex((block, index) => !block || (index > 0 && block.hash !== blocks[index - 1]?.parentHash))
    if (broken >= 0) throw new Error(`the node lost block ${numbers[broken]} of ${head} in a reorganisation`)
  }

  async #again(taken: readonly Taken[], fate: Fate): Promise<unknown[]> {
    if (fate === 'never come back') return []
    if (fate === 'are done by another') {
      const able = taken.filter(({ name }) => !OWN.includes(name))
      return able.map(({ to, data }) => [{ from: this.#stranger, to, data, gas: '0xa00000' }, 0])
    }
    // The order of accounts is turned round; an account's own order is that of its nonces.
    const accounts = [...new Set(taken.map(({ from }) => from))].reverse()
    const turned = accounts.flatMap((account) => taken.filter(({ from }) => from === account))
    return Promise.all(turned.map(async ({ hash }) => [await this.#stage.provider.send('eth_getRawTransactionByHash', [hash]), 0]))
  }

  async #between(first: number, last: number): Promise<Taken[]> {
    const { provider, contracts } = this.#stage
    const named = [contracts.oracle, contracts.game, contracts.claims, contracts.operators]
    const all: Taken[] = []
    const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
    const blocks = await Promise.all(numbers.map((number) => provider.getBlock(number, true)))
    for (const [index, block] of blocks.entries()) {
      const number = numbers[index]!
      for (const { hash, from, to, data } of block?.prefetchedTransactions ?? []) {
        const name = named.find(({ address }) => address === to)?.abi.getFunction(data.slice(0, 10))?.name ?? '?'
        all.push({ hash, from, to: to!, data, name, block: number })
      }
    }
    return all
  }
}
