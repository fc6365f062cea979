import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { Arena, ETHER } from '../support/arena.ts'
import { proofCalls, serve } from '../support/one-shot.ts'
import { STATUS, stateOf } from '../support/player.ts'
import type { ToldLie } from './full-game.ts'
import { lastGas } from './meter.ts'
import type { Row } from './rows.ts'

const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const

/** Gas of one transaction that proves a lie whose asserter handed out its nodes and signed its oaths; the opening comes before it. */
export async function oneShotRows(honest: Trace, lies: readonly ToldLie[]): Promise<Row[]> {
  const arena = await Arena.create(honest.program)
  await arena.stake(LIAR, 100n * ETHER)
  const rows: Row[] = []
  for (const { name, trace } of lies) {
    const asked = await arena.ask(CONSUMER, honest.inputs[0]!)
    const lying = await arena.assert(LIAR, asked, trace)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, honest))
    const { calls } = await proofCalls(arena, gameId, lying, honest, serve(arena, LIAR, lying))
    await arena.send(arena.game(CHALLENGER).getFunction('multicall')(calls))
    expect((await stateOf(arena, gameId)).status, name).to.equal(STATUS.CHALLENGER_WINS)
    rows.push({ name: `one-shot proof of \`${name}\``, gas: await lastGas(arena), target: 1_200_000 })
  }
  return rows
}
