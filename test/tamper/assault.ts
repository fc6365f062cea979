import { defend } from '@opine/dispute-game/game/defend.ts'
import { EVALUATIONS, type Evaluation } from '@opine/dispute-game/game/types.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { buildWitness, type Witness } from '@opine/models/trace/witness.ts'
import { encodeWitness, STATUS, type State } from '../support/player.ts'
import { aimless } from '../support/wander.ts'
import { forgeOath, forgeReveal } from './forgeries.ts'
import { meddle } from './meddling.ts'
import { tampered } from './mutations.ts'
import { ATTACKER, contentOf, HONEST, type Siege } from './siege.ts'

/** How many falsified witnesses are tried at a lane. */
const WITNESSES = 8
const MOST_TURNS = 40

/** One game of a challenger without a case, up to the lane that its dice lead to, or until it gives up on the way. */
export async function assault(siege: Siege, gameId: string, gameOfAccomplice: string): Promise<void> {
  const patience = siege.random.chance(0.15) ? siege.random.below(5) : MOST_TURNS
  for (let turn = 0; turn < patience; turn++) {
    const state = await siege.state(gameId)
    if (siege.random.chance(0.5)) await meddle(siege, gameId, gameOfAccomplice, state)
    if (state.turn === 'ASSERTER') await post(siege, gameId, state)
    else if (state.phase === 'LANE') return steps(siege, gameId, state)
    else {
      const { name, args } = aimless(siege.chain.arena, state, siege.assertion, siege.random.below(1_000_000))
      await siege.move(ATTACKER, name, [gameId, ...args])
    }
  }
}

/** The asserter posts, or the attacker does in its place, with what the asserter hands out. */
async function post(siege: Siege, gameId: string, state: State): Promise<void> {
  const move = defend(state, siege.own)
  const who = siege.random.pick([HONEST, ATTACKER])
  if (move.kind === 'reveal') {
    await forgeReveal(siege, gameId, move)
    return siege.move(who, 'reveal', [gameId, move.nodes])
  }
  await forgeOath(siege, gameId, state, move)
  if (move.kind === 'swearTotals') return siege.move(HONEST, 'swearTotals', [gameId, move.totals, '0x'])
  const { first } = siege.chain.arena.program.places[state.kernel]!
  const message = { assertionId: siege.assertion.id, first, content: contentOf(move.roots as Uint8Array[]) }
  return siege.move(who, 'swearInterior', [gameId, move.roots, who === HONEST ? '0x' : await siege.signed(HONEST, 'Interior', message)])
}

/** Every transition of the element is true, and a witness or totals with anything changed prove nothing. */
async function steps(siege: Siege, gameId: string, { kernel, element, status }: State): Promise<void> {
  if (status !== STATUS.IN_PROGRESS) throw new Error(`the game is over: status ${status}`)
  const { random } = siege
  const blocks = blockCount(siege.assertion.trace.program.kernels[kernel]!)
  const totals = blocks > 1 ? Array.from(siege.own.totals(kernel, element)) : []
  const kinds: (readonly [Evaluation, number])[] =
    blocks > 1
      ? [
          ['RESULT', 0],
          ['BLOCK', random.below(blocks)],
        ]
      : [['ELEMENT', 0]]
  const { first, length } = siege.assertion.trace.program.places[kernel]!
  const root = length > 1 ? rootOf(interiorTree(siege.own.interior(first, length))) : new Uint8Array(WORD)
  const step = (
    what: string,
    evaluation: Evaluation,
    block: number,
    witness: Witness,
    sworn: readonly number[],
    errors: readonly string[],
    interior = root,
  ) => {
    const args = [gameId, EVALUATIONS.indexOf(evaluation), block, sworn, encodeWitness(witness), interior]
    return siege.refusedMove(what, ATTACKER, 'step', args, errors)
  }
  for (const [evaluation, block] of kinds) {
    const witness = witnessOf(siege, kernel, element, evaluation, block)
    await step('a true transition', evaluation, block, witness, totals, ['DisputeGame_NoFraud'])
    for (let i = 0; i < WITNESSES; i++) {
      const other = tampered(witness, random)
      await step(`witness, ${other.field}`, evaluation, block, other.witness, totals, [])
    }
    const wrong = EVALUATIONS[(EVALUATIONS.indexOf(evaluation) + 1 + random.below(2)) % 3]!
    await step('another evaluation', wrong, blocks + random.below(9), witness, totals, [])
    await step('a forged interior root', evaluation, block, witness, totals, ['DisputeGame_WrongInterior'], random.bytes(WORD))
    if (blocks <= 1) continue
    const forged = totals.with(random.below(blocks), random.word())
    await step('forged totals', evaluation, block, witness, forged, ['DisputeGame_WrongTotals'])
    await step('fewer totals', evaluation, block, witness, totals.slice(1), ['DisputeGame_WrongTotals'])
  }
}

/** The true witness, which every honest party can build; the asserter's tree is the attacker's own. */
function witnessOf({ assertion, own, chain }: Siege, kernel: number, element: number, evaluation: Evaluation, block: number): Witness {
  const { first, length } = assertion.trace.program.places[kernel]!
  return buildWitness({
    programTree: chain.arena.tree,
    trace: assertion.trace,
    leafSiblings: (k) => branch(own.traceTree(), k),
    interiorSiblings: (k) => branch(interiorTree(own.interior(first, length)), k - first),
    kernel,
    element,
    evaluation,
    block,
  })
}
