import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { readLane } from '@opine/models/exec/reference/buffer.ts'
import { fromBits } from '@opine/models/numerics/bits.ts'
import { etherText } from '../chain/money.ts'
import { SHOWINGS } from './consumers/board.ts'
import { wordOf } from './questions/story.ts'
import type { Scene } from './scene.ts'
import { blockText, elementsBelow, elementText, kernelText, laneInWord, laneText, minutes, percent, short, valueText } from './story.ts'
import type { Happening } from './watch.ts'

type Args = Happening['args']
type Sentence = (args: Args, scene: Scene) => readonly string[]

const STATUSES = ['none', 'in progress', 'the challenger wins', 'the asserter wins', 'void, since the assertion fell in another game']

/** What each event means, as lines. An event that is not here says nothing that another one does not. */
export const SENTENCES: Readonly<Record<string, Sentence>> = {
  EndpointAnnounced: ({ endpoint }) => [`announces where it serves its traces: ${endpoint}`],
  InferenceRequested: ({ terms, input }, { act }) => [
    `asks the question (${(input.length - 2) / 2} bytes, fee ${etherText(terms.fee)}; ${act.consumer.kind});`,
    `whoever answers puts ${etherText(terms.bond)} at stake for ${minutes(Number(terms.liveness))}`,
  ],
  AssertionMade: ({ traceRoot, output }, scene) => [
    `answers ${scene.answer(fromHex(output))}; commits to every value on the way: trace root ${short(traceRoot)}`,
  ],
  GameOpened: ({ assertionId, root }, scene) => [
    `disputes the answer of the ${scene.asserter(assertionId)} with a trace root of its own, ${short(root)}`,
  ],
  NodeRevealed: ({ gameId, nodes }, scene) => [`reveals ${nodes.length} nodes of ${scene.treeName(scene.game(gameId))}`],
  InteriorSworn: ({ roots }) => [`swears the roots of the ${roots.length} kernels of the segment, which were not committed one by one`],
  Descended: ({ gameId, phase, kernel, position }, scene) => {
    const game = scene.game(gameId)
    const before = game.phase
    scene.moveTo(game, Number(phase), Number(kernel))
    if (game.phase === 'TRACE') return [`descends to node ${position} of the trace tree`]
    if (before === 'TRACE') return [`descends to ${kernelText(scene.truth, game.kernel)}: the first commitment that differs`]
    if (before === 'KERNEL') return [`picks ${kernelText(scene.truth, game.kernel)}: the first of the segment that differs`]
    const [first, last] = elementsBelow(scene.truth, game.kernel, Number(position))
    return [`descends to elements ${first} to ${last}, where the first difference is`]
  },
  LaneChosen: ({ gameId, kernel: index, element: place, word }, scene) => {
    const [kernel, element] = [Number(index), Number(place)]
    const game = scene.game(gameId)
    scene.moveTo(game, 3, kernel)
    const { program, buffers } = scene.truth
    const shape = program.kernels[kernel]!
    const [claimed, truth] = [laneInWord(shape, element, word), readLane(shape.storeType, buffers[kernel]!, element)]
    game.dispute.lane = { kernel, element, claimed, truth }
    const value =
      claimed === truth
        ? `the answer has ${laneText(shape, truth)} there, as the model gives`
        : `claimed ${laneText(shape, claimed)}, in truth ${laneText(shape, truth)}`
    return [`picks ${elementText(scene.truth, kernel, element)}: ${value}`]
  },
  TotalsSworn: ({ kernel, element, totals }, scene) => {
    const { foldType } = scene.truth.program.kernels[Number(kernel)]!
    const list = (values: Iterable<number | bigint>): string => few(Array.from(values, (bits) => valueText(foldType, Number(bits))))
    const [sworn, true_] = [list(totals), list(scene.truth.totals(Number(kernel), Number(element)))]
    const first = `swears its running totals after each block: ${sworn}`
    return sworn === true_ ? [`${first}; they are true`] : [first, `in truth they are: ${true_}`]
  },
  StepProved: ({ gameId, kernel, element, evaluation, block_, claimed, computed }, scene) => {
    const { foldType } = scene.truth.program.kernels[Number(kernel)]!
    const block = Number(evaluation) === 1 ? blockText(scene.truth, Number(kernel), Number(block_)) : ''
    const what = ['the element', block, 'the result of the last total'][Number(evaluation)]!
    scene.game(gameId).dispute.step = {
      kernel: Number(kernel),
      element: Number(element),
      evaluation: Number(evaluation),
      block: Number(block_),
      claimed: Number(claimed),
      computed: Number(computed),
    }
    return [
      `has the contract recompute ${what}`,
      `claimed ${valueText(foldType, Number(claimed))}, computed ${valueText(foldType, Number(computed))}: the lie is proved`,
    ]
  },
  PaddingProved: () => ['proves that a place which must be zero is not'],
  InvalidKernelProved: ({ kernel }) => [`proves that kernel ${kernel} of the program is invalid`],
  GameResolved: ({ status }) => [`the game is over: ${STATUSES[Number(status)]}`],
  BondSlashed: ({ operator, amount }, scene) => [`the ${scene.who(operator)} loses its bond of ${etherText(amount)}`],
  Credited: ({ account, amount }, scene) =>
    scene.isPlayer(account) && amount > 0n ? [`+${etherText(amount)} for the ${scene.who(account)}`] : [],
  Burned: ({ amount }) => [`${etherText(amount)} are burned`],
  RewardReserved: ({ amount }) => [`${etherText(amount)} are set aside for whoever proves to have computed the truth`],
  RequestSettled: ({ asserter }, scene) => [`settles with the answer of the ${scene.who(asserter)}, which nothing can defeat any more`],
  CallbackFailed: ({ reason }) => [`the consumer's callback failed: ${reason}`],
  DigitRead: ({ digit, probabilityBits }) => [
    `the consumer contract is called back: "${digit}", ${percent(fromBits(Number(probabilityBits)))} sure`,
  ],
  RiskShown: ({ showing, riskBits }) => [
    `the consumer contract is called back and shows, as ${SHOWINGS[Number(showing)]}: ${percent(fromBits(Number(riskBits)))} risk`,
  ],
  RiskWithdrawn: ({ riskBits }) => [
    `the consumer contract hears that the answer fell, and takes ${percent(fromBits(Number(riskBits)))} down`,
  ],
  WordFetched: ({ token }) => [
    `brings the final answer's bytes; the consumer contract takes the next word from them: "${wordOf(Number(token))}"`,
  ],
  ClaimStarted: ({ seedBlock }) => [`claims the reward; the hash of block ${seedBlock} will draw the kernels whose values it must open`],
  ClaimProved: () => ["opens the drawn kernels: its own trace, posted before the fight, has the settled answer's values"],
  RewardPaid: ({ challenger }, scene) => [`the reward is the ${scene.who(challenger)}'s`],
  RewardBurned: ({ amount }) => [`nobody claimed the reward; ${etherText(amount)} are burned`],
  Withdrawn: ({ amount }) => [`withdraws ${etherText(amount)}`],
}

const SHOWN = 4

/** The first of many values. */
const few = (values: readonly string[]): string =>
  values.length > SHOWN ? `${values.slice(0, SHOWN).join(', ')}, ... (${values.length})` : values.join(', ')
