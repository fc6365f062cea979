import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { readLane } from '@opine/models/exec/reference/buffer.ts'
import { fromBits } from '@opine/models/numerics/bits.ts'
import { etherText } from '../chain/money.ts'
import { readingOf } from './question.ts'
import type { Scene } from './scene.ts'
import { blockText, elementsBelow, elementText, kernelText, laneInWord, laneText, minutes, percent, short, valueText } from './story.ts'
import type { Happening } from './watch.ts'

type Args = Happening['args']
type Sentence = (args: Args, scene: Scene) => readonly string[]

const STATUSES = ['none', 'in progress', 'the challenger wins', 'the asserter wins', 'void']

/** What each event means, as lines. An event that is not here says nothing that another one does not. */
export const SENTENCES: Readonly<Record<string, Sentence>> = {
  InferenceRequested: ({ terms, input }) => [
    `asks the contract's question: ${(input.length - 2) / 2} bytes of image, fee ${etherText(terms.fee)};`,
    `whoever answers puts ${etherText(terms.bond)} at stake for ${minutes(Number(terms.liveness))}`,
  ],
  AssertionMade: ({ traceRoot, output }) => {
    const { digit, probability } = readingOf(fromHex(output))
    return [`answers "${digit}", ${percent(probability)} sure, and commits to every value on the way: trace root ${short(traceRoot)}`]
  },
  GameOpened: ({ assertionId, root }, scene) => [
    `has run the model itself, got the trace root ${short(root)}, and disputes the answer of the ${scene.asserter(assertionId)}`,
  ],
  NodeRevealed: ({ nodes }, scene) => [`reveals ${nodes.length} nodes of ${scene.treeName()}`],
  InteriorSworn: ({ roots }) => [`swears the roots of the ${roots.length} kernels of the segment, which were not committed one by one`],
  Descended: ({ phase, kernel, position }, scene) => {
    const before = scene.phase
    scene.moveTo(Number(phase), Number(kernel))
    if (scene.phase === 'TRACE') return [`descends to node ${position} of the trace tree`]
    if (before === 'TRACE') return [`descends to ${kernelText(scene.truth, scene.kernel)}: the first commitment that differs`]
    if (before === 'KERNEL') return [`picks ${kernelText(scene.truth, scene.kernel)}: the first of the segment that differs`]
    const [first, last] = elementsBelow(scene.truth, scene.kernel, Number(position))
    return [`descends to elements ${first} to ${last}, where the first difference is`]
  },
  LaneChosen: ({ kernel, element, word }, scene) => {
    scene.moveTo(3, Number(kernel))
    const { program, buffers } = scene.truth
    const shape = program.kernels[scene.kernel]!
    const [claimed, truth] = [laneInWord(shape, Number(element), word), readLane(shape.storeType, buffers[scene.kernel]!, Number(element))]
    scene.dispute.lane = { element: Number(element), claimed, truth }
    return [
      `picks ${elementText(scene.truth, scene.kernel, Number(element))}: claimed ${laneText(shape, claimed)}, in truth ${laneText(shape, truth)}`,
    ]
  },
  TotalsSworn: ({ kernel, element, totals }, scene) => {
    const { foldType } = scene.truth.program.kernels[Number(kernel)]!
    const list = (values: Iterable<number | bigint>): string => Array.from(values, (bits) => valueText(foldType, Number(bits))).join(', ')
    return [
      `swears its running totals after each block: ${list(totals)}`,
      `in truth they are: ${list(scene.truth.totals(Number(kernel), Number(element)))}`,
    ]
  },
  StepProved: ({ kernel, element, evaluation, block_, claimed, computed }, scene) => {
    const { foldType } = scene.truth.program.kernels[Number(kernel)]!
    const what = ['the element', blockText(scene.truth, Number(kernel), Number(block_)), 'the result of the last total'][
      Number(evaluation)
    ]!
    scene.dispute.step = {
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
  Credited: ({ account, amount }, scene) => (scene.isPlayer(account) ? [`+${etherText(amount)} for the ${scene.who(account)}`] : []),
  Burned: ({ amount }) => [`${etherText(amount)} are burned`],
  RewardReserved: ({ amount }) => [`${etherText(amount)} are set aside for whoever proves to have computed the truth`],
  RequestSettled: ({ asserter }, scene) => [`settles with the answer of the ${scene.who(asserter)}, which nobody disputed in time`],
  CallbackFailed: ({ reason }) => [`the consumer's callback failed: ${reason}`],
  DigitRead: ({ digit, probabilityBits }) => [
    `the consumer contract is called back: "${digit}", ${percent(fromBits(Number(probabilityBits)))} sure`,
  ],
  ClaimStarted: ({ seedBlock }) => [`claims the reward; the hash of block ${seedBlock} will draw the kernels whose values it must open`],
  ClaimProved: () => ["opens the drawn kernels: its own trace, posted before the fight, has the settled answer's values"],
  RewardPaid: ({ challenger }, scene) => [`the reward is the ${scene.who(challenger)}'s`],
  RewardBurned: ({ amount }) => [`nobody claimed the reward; ${etherText(amount)} are burned`],
  Withdrawn: ({ amount }) => [`withdraws ${etherText(amount)}`],
}
