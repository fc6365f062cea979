import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Contract } from 'ethers'
import { Arena, type Asserted, ETHER, revertName, TERMS } from './arena.ts'
import { chainWithFeed } from './embedded-chain.ts'

export const [CONSUMER, OPERATOR, CHALLENGER] = [1, 2, 3] as const
export const LIVENESS = 7200
/** Longer than a clock and a liveness, seconds. */
export const OUTAGE = 100_000

/** An assertion on a rollup whose sequencer can fail. */
export class OutageStage {
  readonly arena: Arena
  readonly assertion: Asserted
  readonly #feed: Contract
  readonly #root: Uint8Array

  private constructor(arena: Arena, feed: Contract, assertion: Asserted, root: Uint8Array) {
    this.arena = arena
    this.#feed = feed
    this.assertion = assertion
    this.#root = root
  }

  /** @param tell  makes of the true trace the one that is asserted */
  static async open(tell: (truth: Trace) => Trace): Promise<OutageStage> {
    const { feed, provider } = await chainWithFeed()
    const arena = await Arena.create(sampleNetwork(), { ...TERMS, sequencerFeed: String(feed.target) }, provider)
    await arena.stake(OPERATOR, ETHER)
    const asked = await arena.ask(CONSUMER, sampleImage(1), { liveness: LIVENESS })
    const truth = arena.truth(asked.input)
    return new OutageStage(arena, feed, await arena.assert(OPERATOR, asked, tell(truth)), arena.ownRoot(CHALLENGER, asked.requestId, truth))
  }

  /** Opens a game over the assertion. @returns its id */
  openGame(): Promise<string> {
    return this.arena.open(CHALLENGER, this.assertion, this.#root)
  }

  /** The feed says from now on that the sequencer is down, 1, or up, 0. */
  async say(answer: 0 | 1): Promise<void> {
    await this.arena.send(this.#feed.getFunction('set')(answer, await this.arena.now()))
  }

  /** The feed does not answer any more. */
  async mute(): Promise<void> {
    await this.arena.send(this.#feed.getFunction('mute')(true))
  }

  /** The sequencer is down for `OUTAGE`, from now on. */
  async outage(): Promise<void> {
    await this.say(1)
    await this.arena.pass(OUTAGE)
    await this.say(0)
  }

  /** How the contract would refuse to end a game now; `none` if it would not. */
  timeout = (gameId: string): Promise<string> => revertName(this.arena.game(0).getFunction('timeout').staticCall(gameId))
}
