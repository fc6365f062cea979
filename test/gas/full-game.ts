import { Random } from '@opine/models/ir/random.ts'
import { blockCount, product } from '@opine/models/ir/types.ts'
import { type ConcreteLie, formatLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { Arena, ETHER, TERMS } from '../support/arena.ts'
import { play, STATUS } from '../support/player.ts'
import { activations } from './large-network.ts'
import { lastGas } from './meter.ts'

/** A flip of the lowest bit of the exponent: a value twice or half as great. */
const FLIP = 0x00800000
const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const

export type ToldLie = { readonly name: string; readonly trace: Trace }

/** What a game cost both sides. A round is a move of the asserter with the challenger's answer; the last answer is the step. */
export type GameCost = {
  readonly lie: string
  readonly rounds: number
  /** What a game needs to know, written down once for an assertion. */
  readonly prepare: number
  readonly open: number
  readonly asserter: number
  /** Without preparation, opening and step. */
  readonly challenger: number
  readonly step: number
  readonly moves: readonly { readonly kind: string; readonly gas: number }[]
}

/** Gas of both sides together, preparation and opening included, step excluded. */
export const withoutStep = ({ prepare, open, asserter, challenger }: GameCost): number => prepare + open + asserter + challenger

/** A lie at an activation drawn from all alike, everything after recomputed: one transition of the trace is false. */
export const randomActivation = (honest: Trace, seed: number): ToldLie =>
  tell(honest, seed, (random) => {
    const { kernels } = honest.program
    let element = random.below(activations(honest.program))
    let kernel = 0
    for (; element >= product(kernels[kernel]!.shape); kernel++) element -= product(kernels[kernel]!.shape)
    return { kind: 'element', kernel, element, mode: 'downstream', xor: FLIP }
  })

/** A false running total of a product, at a random element. */
export const randomTotal = (honest: Trace, seed: number): ToldLie =>
  tell(honest, seed, (random) => {
    const { kernels } = honest.program
    const kernel = random.pick(kernels.flatMap((each, k) => (blockCount(each) > 1 ? [k] : [])))
    const element = random.below(product(kernels[kernel]!.shape))
    return { kind: 'total', kernel, element, block: random.below(blockCount(kernels[kernel]!)), xor: FLIP }
  })

function tell(honest: Trace, seed: number, draw: (random: Random) => ConcreteLie): ToldLie {
  const random = new Random(seed)
  for (;;) {
    const lie = draw(random)
    try {
      return { name: formatLie(lie), trace: tellLie(honest, lie).trace }
    } catch (error) {
      // a rectifier hid it
      if ((error as { code?: string }).code !== 'LIE_WITHOUT_EFFECT') throw error
    }
  }
}

/** Plays every lie to its end on a chain of its own. */
export async function gameCosts(honest: Trace, lies: readonly ToldLie[], levels: number): Promise<GameCost[]> {
  const arena = await Arena.create(honest.program, { ...TERMS, levels })
  await arena.stake(LIAR, 100n * ETHER)
  const costs: GameCost[] = []
  for (const { name, trace } of lies) {
    const asked = await arena.ask(CONSUMER, honest.inputs[0]!)
    const assertion = await arena.assert(LIAR, asked, trace)
    await arena.prepare(CHALLENGER, assertion.id)
    const prepare = await lastGas(arena)
    const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, honest))
    const open = await lastGas(arena)
    const { moves, status } = await play(arena, gameId, assertion, honest, { asserter: LIAR, challenger: CHALLENGER })
    expect(status, name).to.equal(STATUS.CHALLENGER_WINS)
    costs.push({ lie: name, prepare, open, ...sides(moves.map(({ kind, gas }) => ({ kind, gas: Number(gas) }))) })
  }
  return costs
}

const ASSERTERS = ['reveal', 'swearInterior', 'swearTotals']

function sides(moves: GameCost['moves']): Omit<GameCost, 'lie' | 'prepare' | 'open'> {
  const sum = (of: GameCost['moves']): number => of.reduce((total, { gas }) => total + gas, 0)
  const asserters = moves.filter(({ kind }) => ASSERTERS.includes(kind))
  const step = moves.filter(({ kind }) => kind === 'step')
  const challengers = moves.filter((move) => !asserters.includes(move) && !step.includes(move))
  return { rounds: asserters.length, asserter: sum(asserters), challenger: sum(challengers), step: sum(step), moves }
}
