import { type ProofMove, proof } from '@opine/dispute-game/game/proof.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import { type Served, servedFrom } from '@opine/dispute-game/game/served.ts'
import { EVALUATIONS, type GameView } from '@opine/dispute-game/game/types.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { buildWitness } from '@opine/models/trace/witness.ts'
import { getBytes } from 'ethers'
import type { Arena, Asserted } from './arena.ts'
import { oathsOf } from './oaths.ts'
import { attackCall, encodeWitness, stateOf } from './player.ts'

/** Everything that an asserter's server hands out: its trace, and its oaths where they are asked for. */
export function serve(arena: Arena, who: number, { id, trace, salt }: Asserted): Served {
  const own = providerOf(trace, salt, arena.levels)
  const oaths = oathsOf(arena, who, id)
  return servedFrom(own, {
    interior: async (first, roots) => getBytes(oaths.interior(first, roots)),
    totals: async (kernel, element, totals) => getBytes(oaths.totals(kernel, element, totals)),
  })
}

/** A game's one-shot proof as the data of the calls that `multicall` takes, and the kinds of its moves. @param view  where the game is; asked of the chain if left out */
export async function proofCalls(arena: Arena, gameId: string, assertion: Asserted, truth: Trace, served: Served, view?: GameView) {
  const own = providerOf(truth, assertion.salt, arena.levels)
  const moves = await proof(view ?? (await stateOf(arena, gameId)), own, served)
  const calls: string[] = []
  for (const move of moves) {
    const { name, args } = await callOf(arena, gameId, assertion, truth, own, served, move)
    calls.push(arena.game(0).interface.encodeFunctionData(name, args))
  }
  return { kinds: moves.map(({ kind }) => kind), calls, moves }
}

async function callOf(
  arena: Arena,
  gameId: string,
  assertion: Asserted,
  truth: Trace,
  own: TraceProvider,
  served: Served,
  move: ProofMove,
): Promise<{ name: string; args: unknown[] }> {
  if (move.kind === 'swearInterior') return { name: move.kind, args: [gameId, move.roots, move.signature] }
  if (move.kind === 'swearTotals') return { name: move.kind, args: [gameId, move.totals, move.signature] }
  if (move.kind !== 'step') return attackCall(arena, gameId, assertion.id, truth, own, move)
  const { first, length } = arena.program.places[move.kernel]!
  const list = length > 1 ? interiorTree((await served.interior(move.kernel))!.content) : undefined
  const asserted = traceTree(assertion.trace, assertion.salt)
  const { kernel, element, evaluation, block } = move
  const witness = buildWitness({
    programTree: arena.tree,
    trace: truth,
    leafSiblings: (k) => branch(asserted, k),
    interiorSiblings: (k) => branch(list!, k - first),
    kernel,
    element,
    evaluation,
    block,
  })
  const interior = list ? rootOf(list) : new Uint8Array(32)
  return { name: 'step', args: [gameId, EVALUATIONS.indexOf(evaluation), block, move.totals, encodeWitness(witness), interior] }
}
