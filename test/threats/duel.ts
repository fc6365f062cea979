import { attack } from '@opine/dispute-game/game/attack.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import type { ChallengerMove, DefenderMove } from '@opine/dispute-game/game/types.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { Arena, type Asked, type Asserted, ETHER } from '../support/arena.ts'
import { attackCall, postedOf, STATUS, type State, stateOf } from '../support/player.ts'

export const [CONSUMER, LIAR, HONEST, CHALLENGER, STRANGER, FRIEND] = [1, 2, 3, 4, 5, 6] as const

/** A call to the game contract. */
export type Call = { readonly who: number; readonly name: string; readonly args: readonly unknown[] }

/** Lies whose games lead through every phase: an interior's element with totals, a committed one with totals, an output. */
export const LIES = ['total:3:2:0:0x400000', '1:70:downstream:0x800000', 'interior:c', '5:0:alone:0x1'] as const

/** An arena about a small network, with stakes for a liar and an honest operator. */
export async function smallArena(): Promise<Arena> {
  const arena = await Arena.create(sampleNetwork())
  for (const who of [LIAR, HONEST]) await arena.stake(who, 100n * ETHER)
  return arena
}

/** One game about one lie, move by move: nothing is sent before it is asked for. */
export class Duel {
  readonly arena: Arena
  readonly asked: Asked
  readonly truth: Trace
  readonly lying: Asserted
  readonly gameId: string
  readonly #liar: TraceProvider
  readonly #own: TraceProvider

  private constructor(arena: Arena, asked: Asked, truth: Trace, lying: Asserted, gameId: string) {
    this.arena = arena
    this.asked = asked
    this.truth = truth
    this.lying = lying
    this.gameId = gameId
    this.#liar = providerOf(lying.trace, lying.salt, arena.levels)
    this.#own = providerOf(truth, lying.salt, arena.levels)
  }

  /** @param seed  of the question; every duel needs one of its own */
  static async begin(arena: Arena, seed: number, lie: string, liveness = 86_400): Promise<Duel> {
    const asked = await arena.ask(CONSUMER, sampleImage(seed), { liveness })
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie(lie)).trace)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    return new Duel(arena, asked, truth, lying, gameId)
  }

  state = (): Promise<State> => stateOf(this.arena, this.gameId)

  /** What the side in turn would send now. */
  async next(): Promise<Call> {
    const state = await this.state()
    if (state.turn === 'ASSERTER') return answerCall(this.gameId, defend(state, this.#liar))
    const move: ChallengerMove = attack(state, this.#own, await postedOf(this.arena, this.gameId, this.lying.id))
    return { who: CHALLENGER, ...(await attackCall(this.arena, this.gameId, this.lying.id, this.truth, this.#own, move)) }
  }

  /** Sends a call, by its sender or by another one. */
  async send({ who, name, args }: Call, by = who): Promise<void> {
    await this.arena.send(this.arena.game(by).getFunction(name)(...args))
  }

  /** Tries a call without sending it: a promise for `revertName`. */
  attempt = ({ who, name, args }: Call, by = who): Promise<unknown> =>
    this.arena
      .game(by)
      .getFunction(name)
      .staticCall(...args)

  /** Plays on until it is over, or until `stop` says so of the state and of the move that comes next. */
  async play(stop: (state: State, next: Call) => boolean | Promise<boolean> = () => false): Promise<number> {
    for (let turn = 0; turn < 60; turn++) {
      const state = await this.state()
      if (state.status !== STATUS.IN_PROGRESS) return state.status
      const next = await this.next()
      if (await stop(state, next)) return state.status
      await this.send(next)
    }
    throw new Error('the game did not end within 60 moves')
  }

  /** Runs something and undoes it. */
  async aside<T>(run: () => Promise<T>): Promise<T> {
    const id: string = await this.arena.provider.send('evm_snapshot', [])
    const result = await run()
    await this.arena.provider.send('evm_revert', [id])
    return result
  }
}

function answerCall(gameId: string, move: DefenderMove): Call {
  if (move.kind === 'reveal') return { who: LIAR, name: 'reveal', args: [gameId, move.nodes] }
  return { who: LIAR, name: move.kind, args: [gameId, move.kind === 'swearInterior' ? move.roots : move.totals, '0x'] }
}
