import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Narrator } from './narrator.ts'
import { type Daemon, lastLines } from './process.ts'
import type { Scene } from './scene.ts'
import type { Stage } from './staging.ts'
import type { ChainWatch, Move } from './watch.ts'

const TICK_MS = 50
/** After so long a silence, what is waited for is said. */
const SILENCE_MS = 10_000

type Args = { readonly [name: string]: unknown }
export type Holds = (args: Args) => boolean

/** Waits for what must happen, and lets the chain's time pass; everything that happens meanwhile is told. */
export class Director {
  readonly #stage: Stage
  readonly #watch: ChainWatch
  readonly #narrator: Narrator
  readonly #pause: number
  readonly #all: Daemon[]
  /** Those whose end would be an error. */
  #present: Daemon[]
  #spoken = Date.now()

  /**
   * @param chain  its process, if it is the play's own
   * @param pause  milliseconds between two told moves, for readers
   */
  constructor(chain: Daemon | undefined, stage: Stage, watch: ChainWatch, narrator: Narrator, pause: number) {
    this.#all = chain ? [chain] : []
    this.#present = [...this.#all]
    this.#stage = stage
    this.#watch = watch
    this.#narrator = narrator
    this.#pause = pause
  }

  /** All processes of the play, in the order in which they came. */
  processes = (): { readonly name: string; readonly pid: number | undefined }[] => this.#all.map(({ name, pid }) => ({ name, pid }))

  turnTo = (scene: Scene): void => this.#narrator.turnTo(scene)

  /** A process enters the play. From now on its end is an error. */
  async enter(daemon: Daemon): Promise<void> {
    this.#all.push(daemon)
    this.#present.push(daemon)
    await this.say(`the ${daemon.name} starts: process ${daemon.pid}`)
  }

  /** Tells what happened so far. */
  catchUp = async (): Promise<void> => void (await this.#tell())

  /** All but the chain go; what they have to say is told first. */
  async dismiss(): Promise<void> {
    await this.#tell()
    const [chain, others] = [this.#present.filter(isChain), this.#present.filter((daemon) => !isChain(daemon))]
    this.#present = chain
    await Promise.all(others.map((daemon) => daemon.stop()))
  }

  stopAll = async (): Promise<void> => void (await Promise.all(this.#all.map((daemon) => daemon.stop())))

  /** Waits until an event has been seen. @throws what `wait` throws */
  until(event: string, what: string, seconds: number, holds: Holds = () => true): Promise<void> {
    return this.wait(what, seconds, async () => this.#watch.find(event, (args) => holds(args.toObject())) !== undefined)
  }

  /**
   * Waits until something is so; it is looked at after each reading of the chain.
   * @param seconds at most, on this machine's clock
   * @throws {OpineError} `DEMO_STUCK`, `DAEMON_ENDED`, after the processes' last lines were told
   */
  async wait(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
    const start = Date.now()
    for (;;) {
      const trouble = await this.#tell()
      if (await holds()) return
      const dead = this.#present.find((daemon) => daemon.ended() !== undefined)
      if (dead)
        throw this.#failure('DAEMON_ENDED', `the ${dead.name} ended with ${dead.ended()} while the demonstration waited for ${what}`)
      if (trouble) throw trouble
      const waited = Date.now() - start
      if (waited > 1000 * seconds)
        throw this.#failure('DEMO_STUCK', `the demonstration waited ${Math.round(seconds)} seconds in vain for ${what}`)
      if (Date.now() - this.#spoken > SILENCE_MS)
        await this.say(`waiting for ${what}, ${Math.round(waited / 1000)} s of at most ${Math.round(seconds)}`)
      await sleep(TICK_MS)
    }
  }

  /** Lets chain time pass, as a development node allows. */
  async passTime(seconds: number, why: string): Promise<void> {
    const { provider } = this.#stage
    await provider.send('evm_increaseTime', [seconds])
    await provider.send('evm_mine', [])
    await this.say(`the demonstration moves the chain's clock by ${seconds} s: ${why}`)
  }

  async passBlocks(count: number, why: string): Promise<void> {
    // One by one: what mines several at once has another name on each node.
    for (let i = 0; i < count; i++) await this.#stage.provider.send('evm_mine', [])
    await this.say(`the demonstration mines ${count} empty blocks: ${why}`)
  }

  /** Tells something that is no transaction. */
  async say(text: string): Promise<void> {
    this.#spoken = Date.now()
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
    for (const daemon of this.#present) {
      for (const line of daemon.fresh()) this.#narrator.overhear(daemon.name, line)
    }
    for (const move of moves) {
      this.#spoken = Date.now()
      this.#narrator.tell(move)
      if (this.#pause > 0) await sleep(this.#pause)
    }
    return undefined
  }

  #failure(code: string, fact: string): OpineError {
    this.#narrator.quote(this.#all.flatMap((daemon) => lastLines(daemon)))
    return new OpineError(code, `${fact}; the last lines of each process stand above`)
  }
}

const isChain = ({ name }: Daemon): boolean => name === 'chain'
