import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { PHASES, SIDES } from '@opine/dispute-game/game/types.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { survivor } from '@opine/dispute-game/model/rules.ts'
import type { ModelMove, ModelState, World } from '@opine/dispute-game/model/state.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { assertionIdOf, gameIdOf } from '@opine/node-kit/ids.ts'
import { Interface } from 'ethers'
import { type Arena, ETHER, revertName } from '../support/arena.ts'
import { callOf } from './calls.ts'

/** What the model calls a player's assertion, on chain. @property books  the first is what is asserted */
export type Player = { readonly account: number; readonly books: readonly Trace[] }

const GAME = new Interface(DisputeGame.abi)
const ORACLE = new Interface(InferenceOracle.abi)
const STATUSES = ['NONE', 'IN_PROGRESS', 'CHALLENGER_WINS', 'DEFENDER_WINS', 'VOID'] as const
const REQUESTS = ['NONE', 'OPEN', 'SETTLED', 'EXPIRED'] as const
const ASSERTIONS = ['NONE', 'STANDING', 'RELEASED', 'DEFEATED'] as const
const STRANGER = 9
const GAS = '0x500000'

export type Rpc = (method: string, params: readonly unknown[]) => Promise<unknown>

/** One request on an embedded chain on which a world's moves are made, and from which its state is read. */
export class ChainBoard {
  readonly #arena: Arena
  readonly #rpc: Rpc
  readonly #requestId: Hex
  readonly #world: World
  readonly #players: readonly Player[]
  readonly #ids = new Map<string, Hex>()

  constructor(arena: Arena, rpc: Rpc, requestId: string, world: World, players: readonly Player[]) {
    this.#arena = arena
    this.#rpc = rpc
    this.#requestId = requestId as Hex
    this.#world = world
    this.#players = players
  }

  /** Makes a move at a time. @returns  the error's name without the contract's, or 'none' */
  async make(state: ModelState, move: ModelMove): Promise<string> {
    await this.#rpc('evm_setNextBlockTimestamp', [state.now])
    if (move.kind === 'wait') {
      await this.#rpc('evm_mine', [])
      return 'none'
    }
    const { from, contract, name, args, value = 0n } = await this.#call(state, move)
    const [face, to] = contract === 'game' ? [GAME, this.#arena.deployment.game] : [ORACLE, this.#arena.deployment.oracle]
    const data = face.encodeFunctionData(name, args)
    const sent = { from: this.#arena.addresses[from], to, data, gas: GAS, value: `0x${value.toString(16)}` }
    const reverted = await revertName(this.#rpc('eth_sendTransaction', [sent]))
    if (move.kind === 'assert' && reverted === 'none') await this.#prepare(state, move.assertion)
    return reverted.replace(/^(DisputeGame|InferenceOracle)_/, '')
  }

  /** Anybody may write down what games over an assertion need; here it is done in the same second. */
  async #prepare(state: ModelState, slot: number): Promise<void> {
    await this.#rpc('evm_setNextBlockTimestamp', [state.now])
    await this.#arena.prepare(STRANGER, this.assertionId(slot))
  }

  /** The game as the contract tells it, in the model's words. */
  async game(slot: number): Promise<Record<string, unknown>> {
    const [g] = await this.#read(GAME, this.#arena.deployment.game, 'game', [this.gameId(slot)])
    const [asserter, challenger] = [Number(g.clock.asserter), Number(g.clock.challenger)]
    const clock = { turn: SIDES[Number(g.clock.turn)], since: Number(g.clock.since), asserter, challenger }
    const place = { phase: PHASES[Number(g.phase)], kernel: Number(g.kernel), element: Number(g.element), position: Number(g.position) }
    return { status: STATUSES[Number(g.status)], ...place, ...clock, node: g.node }
  }

  async request(): Promise<{ readonly status: string; readonly deadline: number; readonly reopened: boolean }> {
    const [r] = await this.#read(ORACLE, this.#arena.deployment.oracle, 'request', [this.#requestId])
    return { status: REQUESTS[Number(r.status)]!, deadline: Number(r.terms.deadline), reopened: r.reopened }
  }

  async assertion(slot: number): Promise<string> {
    const [a] = await this.#read(ORACLE, this.#arena.deployment.oracle, 'assertion', [this.assertionId(slot)])
    return ASSERTIONS[Number(a.status)]!
  }

  #remember(key: string, make: () => Hex): Hex {
    const id = this.#ids.get(key) ?? make()
    this.#ids.set(key, id)
    return id
  }

  assertionId(slot: number): Hex {
    return this.#remember(`assertion ${slot}`, () => this.#assertionId(slot))
  }

  #assertionId(slot: number): Hex {
    const { account, books } = this.#players[slot]!
    const root = rootOf(this.#world.assertions[slot]!.ground.books[0]!.traceTree())
    return assertionIdOf(this.#requestId, this.#arena.addresses[account]!, toHex(root), toHex(outputBytes(books[0]!)))
  }

  gameId(slot: number): Hex {
    const assertion = this.assertionId(this.#world.games[slot]!.assertion)
    return this.#remember(`game ${slot}`, () => gameIdOf(assertion, this.#arena.addresses[challengerOf(slot)]!, rootOfGame(slot)))
  }

  async #read(face: Interface, to: string, name: string, args: readonly unknown[]) {
    const data = face.encodeFunctionData(name, args)
    return face.decodeFunctionResult(name, (await this.#rpc('eth_call', [{ to, data }, 'latest'])) as string)
  }

  async #call(state: ModelState, move: Exclude<ModelMove, { kind: 'wait' }>) {
    const request = this.#requestId
    switch (move.kind) {
      case 'assert': {
        const { account, books } = this.#players[move.assertion]!
        const tree = this.#world.assertions[move.assertion]!.ground.books[0]!.traceTree()
        const proofs = this.#arena.program.outputs.map((kernel) => branch(tree, kernel))
        return { from: account, contract: 'oracle', name: 'assertResult', args: [request, outputBytes(books[0]!), rootOf(tree), proofs] }
      }
      case 'settle': {
        const { books } = this.#players[Math.max(0, survivor(state))]!
        return { from: STRANGER, contract: 'oracle', name: 'settle', args: [request, outputBytes(books[0]!)] }
      }
      case 'expire':
        return { from: STRANGER, contract: 'oracle', name: 'expire', args: [request] }
      case 'open': {
        const args = [this.assertionId(this.#world.games[move.game]!.assertion), rootOfGame(move.game)]
        return { from: challengerOf(move.game), contract: 'game', name: 'open', args, value: ETHER }
      }
      default: {
        const at = this.#world.games[move.game]!.assertion
        const player = this.#players[at]!
        const who = { ASSERTER: player.account, CHALLENGER: challengerOf(move.game), STRANGER }[move.by]
        const ids = { gameId: this.gameId(move.game), assertionId: this.assertionId(at) }
        const { name, args } = await callOf(this.#arena, { world: this.#world, state, player, ...ids }, move)
        return { from: who, contract: 'game', name, args: [ids.gameId, ...args] }
      }
    }
  }
}

const challengerOf = (slot: number): number => 5 + slot
const rootOfGame = (slot: number): Hex => `0x${String(slot + 1).padStart(64, '0')}`
