import { type ProofMove, proof, type Served } from '@opine/dispute-game/game/proof.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import { EVALUATIONS, type GameView } from '@opine/dispute-game/game/types.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { branch, depthFor, rootOf, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
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
  return {
    traceTree: () => own.traceTree(),
    interior: (first, length) => {
      const content = own.interior(first, length)
      return { content, signature: getBytes(oaths.interior(first, content)) }
    },
    tensorTree: (kernel) => own.tensorTree(kernel),
    totals: (kernel, element) => {
      const content = Array.from(own.totals(kernel, element))
      return { content, signature: getBytes(oaths.totals(kernel, element, content)) }
    },
  }
}

/** A game's one-shot proof as the data of the calls that `multicall` takes, and the kinds of its moves. @param view  where the game is; asked of the chain if left out */
export async function proofCalls(arena: Arena, gameId: string, assertion: Asserted, truth: Trace, served: Served, view?: GameView) {
  const own = providerOf(truth, assertion.salt, arena.levels)
  const moves = proof(view ?? (await stateOf(arena, gameId)), own, served)
  const calls: string[] = []
  for (const move of moves) {
    const { name, args } = await callOf(arena, gameId, assertion.id, truth, own, served, move)
    calls.push(arena.game(0).interface.encodeFunctionData(name, args))
  }
  return { kinds: moves.map(({ kind }) => kind), calls, moves }
}

async function callOf(
  arena: Arena,
  gameId: string,
  assertion: string,
  truth: Trace,
  own: TraceProvider,
  served: Served,
  move: ProofMove,
): Promise<{ name: string; args: unknown[] }> {
  if (move.kind === 'swearInterior') return { name: move.kind, args: [gameId, move.roots, move.signature] }
  if (move.kind === 'swearTotals') return { name: move.kind, args: [gameId, move.totals, move.signature] }
  if (move.kind !== 'step') return attackCall(arena, gameId, assertion, truth, own, move)
  const { first, length } = arena.program.places[move.kernel]!
  const list = length > 1 ? treeOfLeaves(concatBytes(...served.interior(first, length)!.content), depthFor(length)) : undefined
  const { kernel, element, evaluation, block } = move
  const witness = buildWitness({
    programTree: arena.tree,
    trace: truth,
    leafSiblings: (k) => branch(served.traceTree()!, k),
    interiorSiblings: (k) => branch(list!, k - first),
    kernel,
    element,
    evaluation,
    block,
  })
  const interior = list ? rootOf(list) : new Uint8Array(32)
  return { name: 'step', args: [gameId, EVALUATIONS.indexOf(evaluation), block, move.totals, encodeWitness(witness), interior] }
}
