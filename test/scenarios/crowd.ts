import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { toQuantity } from 'ethers'
import type { Arena, Asserted } from '../support/arena.ts'
import { STATUS, type State, stateOf } from '../support/player.ts'
import { aimless } from '../support/wander.ts'
import type { Stage } from './stage.ts'

type Call = { readonly to: string; readonly data: string }

/** A game that is played without a case. @property who  its challenger's account */
export type ShamGame = { readonly id: Hex; readonly who: number; readonly answer: Asserted }

/** Blocks every so many seconds, each with whatever waits; 0: a block for each transaction, again. */
export async function blocksEvery(stage: Stage, seconds: number): Promise<void> {
  await stage.provider.send('evm_setAutomine', [false])
  await stage.provider.send('evm_setIntervalMining', [seconds])
  // Last, for an interval of 0 stops the mining.
  if (seconds === 0) await stage.provider.send('evm_setAutomine', [true])
}

/** Sends a transaction and waits for no block. What a node reckons for gas may be short a block later. */
export async function throwIn(stage: Stage, who: number, call: Call, value = 0n): Promise<void> {
  const from = stage.address(who)
  const gas = ((await stage.provider.estimateGas({ ...call, from, value })) * 3n) / 2n + 50_000n
  await stage.provider.send('eth_sendTransaction', [{ ...call, from, value: toQuantity(value), gas: toQuantity(gas) }])
}

/** Opens a game of each account over each answer, with roots that mean nothing, all at once. */
export async function openAll(
  stage: Stage,
  arena: Arena,
  challengers: readonly number[],
  answers: readonly Asserted[],
): Promise<ShamGame[]> {
  const { game } = stage.contracts
  for (const answer of answers) await arena.prepare(challengers[0]!, answer.id)
  const since = (await stage.provider.getBlockNumber()) + 1
  await Promise.all(
    challengers.map(async (who) => {
      for (const { id } of answers) {
        const [bond] = (await game.read('challengerBond', id)) as unknown as [bigint]
        await throwIn(stage, who, game.encode('open', id, new Uint8Array(32).fill(who)), 2n * bond)
      }
    }),
  )
  const count = challengers.length * answers.length
  const opened = async () =>
    (await stage.events('game', 'GameOpened')).flatMap(({ gameId, assertionId, challenger }) => {
      const answer = answers.find(({ id }) => id === assertionId)!
      return [{ id: gameId as Hex, who: challengers.find((each) => stage.address(each) === challenger)!, answer }]
    })
  await stage.until(`${count} games are open since block ${since}`, async () => (await opened()).length === count)
  return opened()
}

/** @property left   least seconds that the asserter was seen to have left in any game  @property moves  of the challengers */
export type Ordeal = { readonly left: number; readonly moves: number }

/** Plays all games at once, wherever chance leads, until each stands at a number that the asserter has sworn all about. */
export async function playAll(stage: Stage, arena: Arena, games: readonly ShamGame[], seconds: number): Promise<Ordeal> {
  const end = performance.now() + 1000 * seconds
  const made = new Set<string>()
  let left = Infinity
  for (let open = games.slice(); open.length > 0; ) {
    if (performance.now() > end) throw new Error(`${open.length} games are not at a number after ${seconds} s`)
    const now = await stage.now()
    const states = await Promise.all(open.map(async (game) => ({ game, state: await stateOf(arena, game.id) })))
    for (const { state } of states) if (state.turn === 'ASSERTER') left = Math.min(left, state.deadline - now)
    const over = ({ state }: { state: State }): boolean =>
      state.status !== STATUS.IN_PROGRESS || (state.turn === 'CHALLENGER' && state.phase === 'LANE')
    open = states.filter((each) => !over(each)).map(({ game }) => game)
    const mine = states.filter((each) => !over(each) && each.state.turn === 'CHALLENGER')
    // One after the other for each account, as nonces go.
    const byAccount = Map.groupBy(mine, ({ game }) => game.who)
    const row = async (moves: typeof mine): Promise<void> => {
      for (const { game, state } of moves) await move(stage, arena, game, state, made)
    }
    await Promise.all([...byAccount.values()].map(row))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { left, moves: made.size }
}

/** Makes a challenger's move, once. */
async function move(stage: Stage, arena: Arena, { id, who, answer }: ShamGame, state: State, made: Set<string>): Promise<void> {
  const key = `${id} ${state.phase} ${state.kernel} ${state.element} ${state.position}`
  if (made.has(key)) return
  made.add(key)
  const { name, args } = aimless(arena, state, answer, who * 41 + made.size)
  await throwIn(stage, who, stage.contracts.game.encode(name, id, ...args))
}
