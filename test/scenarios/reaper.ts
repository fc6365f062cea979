import { watch } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { DaemonProcess } from './daemon-process.ts'
import type { Stage } from './stage.ts'

/** `start`: while it starts. `write`: at a write to its store. `pool`: while its transaction waits. `word`: as it says something. `any`: at any time. */
export const MOMENTS = ['start', 'write', 'pool', 'word', 'any'] as const
type Moment = (typeof MOMENTS)[number]

/** How many lives a scenario ends; OPINE_KILLS for a longer run. */
export const KILLS = Number(process.env.OPINE_KILLS ?? 50)

/** Milliseconds in a life for which a moment is waited for, at least; then any will do. */
const PATIENCE = 450
/** The same as a part of the time that the life took to start: on a machine that is busy, nothing is done in lives that are as short as on an idle one. */
const SHARE = 0.5

/** Kills a daemon with SIGKILL at random moments of its life, and starts it again at once. */
export class Reaper {
  readonly #stage: Stage
  readonly #daemon: DaemonProcess
  readonly #who: number
  readonly #data: string
  readonly #chance: Chance
  /** How often former lives said that they had started. */
  #begun = 0
  #patience = PATIENCE
  /** At which moments it struck, and how often the moment had come. */
  readonly struck = new Map<Moment, number>()

  /** @param data  the daemon's folder */
  constructor(stage: Stage, daemon: DaemonProcess, { who, data, chance }: { who: number; data: string; chance: Chance }) {
    this.#stage = stage
    this.#daemon = daemon
    this.#who = who
    this.#data = data
    this.#chance = chance
  }

  get kills(): number {
    return this.#daemon.lives - 1
  }

  /** One kill, and the next life. */
  async strike(): Promise<void> {
    const moment = this.#chance.pick(MOMENTS)
    const { said } = this.#daemon
    const born = performance.now()
    if (moment === 'start') await sleep(this.#chance.whole(0, 700))
    else {
      await this.#stage.until(`${this.#daemon.name} has started`, () => said('started').length > this.#begun)
      this.#patience = Math.max(PATIENCE, SHARE * (performance.now() - born))
    }
    const gone = new AbortController()
    const came = await Promise.race([this.#moment(moment, gone.signal).then(() => true), sleep(this.#patience, false)])
    gone.abort()
    if (came) this.struck.set(moment, (this.struck.get(moment) ?? 0) + 1)
    await this.#daemon.restart()
    this.#begun = said('started').length
  }

  /** Kills until there were so many. Blocks of a second come now and then, so that it dies while its transactions wait. */
  async strikeUntil(kills: number, between: () => Promise<unknown> = async () => {}): Promise<void> {
    const { provider } = this.#stage
    while (this.kills < kills) {
      await (this.#chance.happens(0.4) ? provider.send('evm_setIntervalMining', [1]) : provider.send('evm_setAutomine', [true]))
      await this.strike()
      await between()
    }
    await provider.send('evm_setAutomine', [true])
    await provider.send('evm_mine', [])
  }

  /** What it did, for the test's report. */
  summary = (): string => `${this.kills} kills, seed ${this.#chance.seed}: ${[...this.struck].map((entry) => entry.join(' ')).join(', ')}`

  async #moment(moment: Moment, gone: AbortSignal): Promise<void> {
    const { lines } = this.#daemon
    const [before, any, words] = [this.#chance.whole(1, 4), this.#chance.whole(0, this.#patience), lines.length]
    if (moment === 'start') return
    if (moment === 'write') await this.#writes(before, gone)
    else if (moment === 'pool') await this.#until(() => this.#isPending(), gone)
    else if (moment === 'word') await this.#until(() => lines.length >= words + before, gone)
    else await sleep(any)
  }

  /** Waits for so many changes of the store's log on disk. */
  async #writes(count: number, gone: AbortSignal): Promise<void> {
    let left = count
    const changed = Promise.withResolvers<void>()
    const watcher = watch(this.#data, (_, name) => {
      if (name?.endsWith('-wal') && --left === 0) changed.resolve()
    })
    gone.addEventListener('abort', () => changed.resolve())
    await changed.promise
    watcher.close()
  }

  async #isPending(): Promise<boolean> {
    const { pending } = (await this.#stage.provider.send('txpool_content', [])) as { pending: Record<string, object> }
    const own = this.#stage.address(this.#who).toLowerCase()
    return Object.keys(pending).some((account) => account.toLowerCase() === own)
  }

  async #until(holds: () => Promise<boolean> | boolean, gone: AbortSignal): Promise<void> {
    while (!gone.aborted && !(await holds())) await sleep(5)
  }
}
