import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { attack } from '@opine/dispute-game/game/attack.ts'
import { overlayBranches } from '@opine/dispute-game/game/overlay.ts'
import { type ChallengerMove, type DefenderMove, EVALUATIONS } from '@opine/dispute-game/game/types.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { buildWitness } from '@opine/models/trace/witness.ts'
import { Interface } from 'ethers'
import { ETHER, TERMS } from '../support/arena.ts'
import { evidenceOf } from '../support/evidence.ts'
import { encodeWitness, STATUS } from '../support/player.ts'
import { answerOf } from './answers.ts'
import { eventsOf, type FastChain, type Sent } from './chain.ts'
import { GameLog } from './state.ts'
import type { Liar, Scene } from './told.ts'

export const GAME = new Interface(DisputeGame.abi)
export const ORACLE = new Interface(InferenceOracle.abi)

export const [LIAR, CHALLENGER] = [2, 3] as const
const NO_PROOF = { meta: new Uint8Array(32), body: new Uint8Array(32), siblings: [] as Uint8Array[] }
/** Wei sent when a game is opened: what is above the bond is credited back at once, and the bond when it is won. */
export const SENT = ETHER
const MOST_TURNS = 80

/**
 * @property rounds  answers of the asserter
 * @property gas     of all moves of both sides, the opening included
 * @property proof   gas of the winning transaction
 * @property ending  the event that proved the lie, or `timeout`
 */
export type Outcome = {
  readonly won: boolean
  readonly rounds: number
  readonly gas: number
  readonly proof: number
  readonly ending: string
  readonly moves: readonly string[]
}

/** One game about one lie: asserted, challenged by the pure strategy, and answered as well as the liar can. */
export class LyingGame {
  readonly #chain: FastChain
  readonly #scene: Scene
  readonly #liar: Liar
  readonly log: GameLog
  readonly moves: string[] = []
  rounds = 0
  gas = 0
  last = 0
  gameId = ''

  constructor(chain: FastChain, scene: Scene, liar: Liar) {
    this.#chain = chain
    this.#scene = scene
    this.#liar = liar
    this.log = new GameLog(chain.arena.program, rootOf(liar.provider.traceTree()))
  }

  /** @param ownRoot  the challenger's, of the true trace under its salt */
  async play(requestId: string, ownRoot: Uint8Array): Promise<Outcome> {
    await this.#open(requestId, ownRoot)
    while (this.log.status === STATUS.IN_PROGRESS) {
      if (this.moves.length > MOST_TURNS) throw new Error(`the game did not end within ${MOST_TURNS} moves: ${this.moves.join(', ')}`)
      if (this.log.turn === 'ASSERTER') await this.#answer()
      else await this.#challenge()
    }
    const won = this.log.status === STATUS.CHALLENGER_WINS
    return { won, rounds: this.rounds, gas: this.gas, proof: this.last, ending: this.log.ending, moves: this.moves }
  }

  async #open(requestId: string, ownRoot: Uint8Array): Promise<void> {
    const { arena } = this.#chain
    const tree = this.#liar.provider.traceTree()
    const proofs = arena.program.outputs.map((kernel) => branch(tree, kernel))
    const asserted = ORACLE.encodeFunctionData('assertResult', [requestId, this.#liar.output, rootOf(tree), proofs])
    const sent = await this.#chain.send(LIAR, arena.deployment.oracle, asserted)
    const { assertionId } = eventsOf(sent, arena.deployment.oracle, ORACLE).find(({ name }) => name === 'AssertionMade')!.args
    const evidence = await evidenceOf(arena.oracle(CHALLENGER), arena.program, assertionId)
    await this.#chain.send(CHALLENGER, arena.deployment.oracle, ORACLE.encodeFunctionData('prepare', [assertionId, evidence]))
    const opened = await this.#move(CHALLENGER, 'open', [assertionId, ownRoot], SENT)
    this.gameId = eventsOf(opened, arena.deployment.game, GAME).find(({ name }) => name === 'GameOpened')!.args.gameId
  }

  async #answer(): Promise<void> {
    const move = this.rounds < this.#liar.answers ? answerOf(this.log.view, this.#liar.provider, this.#scene) : null
    if (move) {
      this.rounds++
      await this.#move(LIAR, move.kind, answerArguments(this.gameId, move))
      return
    }
    await this.#chain.later(TERMS.clock + 1)
    await this.#move(CHALLENGER, 'timeout', [this.gameId])
  }

  async #challenge(): Promise<void> {
    const { view, nodes, interiors, totals } = this.log
    const { first } = this.#chain.arena.program.places[view.kernel]!
    const posted = { nodes: () => nodes.get(GameLog.keyOf(view))!, interior: () => interiors.get(first)!, totals: () => totals }
    const move = attack(view, this.#scene.own, posted)
    await this.#move(CHALLENGER, move.kind, this.#arguments(move))
  }

  #arguments(move: ChallengerMove): unknown[] {
    const { program, tree } = this.#chain.arena
    const proof = 'program' in move && move.program !== null ? bufferProof(tree, bufferOf(program, move.program)) : NO_PROOF
    switch (move.kind) {
      case 'descendTrace':
        return [this.gameId, move.expected, move.child, move.node, move.siblings, proof]
      case 'pick':
        return [this.gameId, move.expected, move.kernel, move.root, move.siblings, proof]
      case 'descendTensor':
        return [this.gameId, move.expected, move.child, move.node, move.siblings, move.lane]
      case 'step':
        return [
          this.gameId,
          EVALUATIONS.indexOf(move.evaluation),
          move.block,
          move.totals,
          this.#witness(move),
          this.#interiorRoot(move.kernel),
        ]
    }
  }

  #witness({ kernel, element, evaluation, block }: ChallengerMove & { kind: 'step' }): string {
    const { truth, own } = this.#scene
    const { first } = truth.program.places[kernel]!
    const leafSiblings = overlayBranches(own.traceTree(), (position) => this.log.nodes.get(`TRACE:0:${position}`))
    const interiorSiblings = (k: number) => branch(interiorTree(this.log.interiors.get(first)!), k - first)
    const programTree = this.#chain.arena.tree
    return encodeWitness(buildWitness({ programTree, trace: truth, leafSiblings, interiorSiblings, kernel, element, evaluation, block }))
  }

  /** The interior root of the kernel's segment as it was sworn, zero if none was. */
  #interiorRoot(kernel: number): Uint8Array {
    const sworn = this.log.interiors.get(this.#scene.truth.program.places[kernel]!.first)
    return sworn ? rootOf(interiorTree(sworn)) : new Uint8Array(WORD)
  }

  async #move(who: number, name: string, args: unknown[], value = 0n): Promise<Sent> {
    const { game } = this.#chain.arena.deployment
    const sent = await this.#chain.send(who, game, GAME.encodeFunctionData(name, args), value)
    this.log.take(eventsOf(sent, game, GAME))
    this.moves.push(name)
    this.gas += sent.gas
    this.last = sent.gas
    return sent
  }
}

function answerArguments(gameId: string, move: DefenderMove): unknown[] {
  if (move.kind === 'reveal') return [gameId, move.nodes]
  return move.kind === 'swearInterior' ? [gameId, move.roots, '0x'] : [gameId, move.totals, '0x']
}
