import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Narrator } from './narrator.ts'
import { type Daemon, lastLines } from './process.ts'
import type { Stage } from './stage.ts'
import type { ChainWatch, Move } from './watch.ts'

const TICK_MS = 50

/** Waits for what must happen, and lets the chain's time pass; everything that happens meanwhile is told. */
export class Director {
  readonly #stage: Stage
  readonly #watch: ChainWatch
  readonly #narrator: Narrator
  readonly #pause: number
  readonly #daemons: Daemon[]

  /** @param pause milliseconds between two told moves, for readers */
  constructor(chain: Daemon, stage: Stage, watch: ChainWatch, narrator: Narrator, pause: number) {
    this.#daemons = [chain]
    this.#stage = stage
    this.#watch = watch
    this.#narrator = narrator
    this.#pause = pause
  }

  /** All processes of the play, the chain first. */
  processes = (): { readonly name: string; readonly pid: number | undefined }[] => this.#daemons.map(({ name, pid }) => ({ name, pid }))

  /** A process enters the play. From now on its end is an error. */
  async enter(daemon: Daemon): Promise<void> {
    this.#daemons.push(daemon)
    await this.#aside(`(the ${daemon.name} starts: process ${daemon.pid})`)
  }

  stopAll = async (): Promise<void> => void (await Promise.all(this.#daemons.map((daemon) => daemon.stop())))

  /**
   * Waits until an event has been seen.
   * @param seconds at most, on this machine's clock
   * @throws {OpineError} `DEMO_STUCK`, `DAEMON_ENDED`, after the processes' last lines were told
   */
  async until(
    event: string,
    what: string,
    seconds: number,
    holds: (args: { readonly [name: string]: unknown }) => boolean = () => true,
  ): Promise<void> {
    const end = Date.now() + 1000 * seconds
    for (;;) {
      const trouble = await this.#tell()
      if (this.#watch.find(event, (args) => holds(args.toObject()))) return
      const dead = this.#daemons.find((daemon) => daemon.ended() !== undefined)
      if (dead)
        throw this.#failure('DAEMON_ENDED', `the ${dead.name} ended with ${dead.ended()} while the demonstration waited for ${what}`)
      if (trouble) throw trouble
      if (Date.now() > end) throw this.#failure('DEMO_STUCK', `the demonstration waited ${seconds} seconds in vain for ${what}`)
      await sleep(TICK_MS)
    }
  }

  /** Lets chain time pass, as the embedded chain allows. */
  async passTime(seconds: number, why: string): Promise<void> {
    const { provider } = this.#stage
    await provider.send('evm_increaseTime', [seconds])
    await provider.send('evm_mine', [])
    await this.#aside(`(the demonstration moves the chain's clock by ${seconds} s: ${why})`)
  }

  async passBlocks(count: number, why: string): Promise<void> {
    const { provider } = this.#stage
    await provider.send('hardhat_mine', [`0x${count.toString(16)}`])
    await this.#aside(`(the demonstration mines ${count} empty blocks: ${why})`)
  }

  async #aside(text: string): Promise<void> {
    this.#narrator.aside(text, (await this.#stage.provider.getBlock('latest'))!.timestamp)
  }

  /** Tells what is new; gives the error of a chain that does not answer, for one of its processes may have ended. */
  async #tell(): Promise<unknown> {
    let moves: Move[]
    try {
      moves = await this.#watch.read()
    } catch (error) {
      return error
    }
    for (const daemon of this.#daemons) {
      for (const line of daemon.fresh()) this.#narrator.overhear(daemon.name, line)
    }
    for (const move of moves) {
      this.#narrator.tell(move)
      if (this.#pause > 0) await sleep(this.#pause)
    }
    return undefined
  }

  #failure(code: string, fact: string): OpineError {
    this.#narrator.quote(this.#daemons.flatMap((daemon) => lastLines(daemon)))
    return new OpineError(code, `${fact}; the last lines of each process stand above`)
  }
}
