import { defend, levelsBelow } from '@opine/dispute-game/game/defend.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { depthOf, indexOf } from '@opine/dispute-game/merkle/position.ts'
import { branch, descendants, rootOf, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { bufferOf, product } from '@opine/models/ir/types.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Arena, Asserted } from './arena.ts'
import { type State, sendDefence, stateOf } from './player.ts'

const NO_PROOF = { meta: new Uint8Array(32), body: new Uint8Array(32), siblings: [] }

/** A whole number below `bound`, the same for the same seed. */
export const drawn = (bound: number, seed: number): number => (Math.imul(seed + 1, 2654435761) >>> 8) % bound

/**
 * A move of a challenger that has no case: it goes wherever the seed says. Every node that it names is the asserter's own.
 * @returns the call's name and its arguments after the game's id
 */
export function aimless(arena: Arena, state: State, assertion: Asserted, seed: number): { name: string; args: unknown[] } {
  const own = providerOf(assertion.trace, assertion.salt, arena.levels)
  const { program } = arena
  const programProof = (kernel: number) => bufferProof(arena.tree, bufferOf(program, kernel))
  if (state.phase === 'KERNEL') {
    const { first, length } = program.places[state.kernel]!
    const interiors = program.places.flatMap((place, k) => (!place.committed && place.first === first && k < state.kernel ? [k] : []))
    const kernel = interiors[drawn(interiors.length + 1, seed)]
    if (kernel === undefined) return { name: 'pick', args: [state.node, state.kernel, state.node, [], NO_PROOF] }
    const list = interiorTree(own.interior(first, length))
    return {
      name: 'pick',
      args: [state.node, kernel, rootOf(assertion.trace.trees[kernel]!), branch(list, kernel - first), programProof(kernel)],
    }
  }
  const tree = state.phase === 'TRACE' ? own.traceTree() : own.tensorTree(state.kernel)
  const levels = levelsBelow(tree.depth, state.position, own.levels)
  const nodes = descendants(tree, state.position, levels)
  const left = tree.depth - depthOf(state.position) - levels
  const before = indexOf(state.position) * nodes.length
  const path = (child: number) => branch(treeOfLeaves(concatBytes(...nodes), levels), child)
  if (state.phase === 'TRACE') {
    const committed = program.places.flatMap((place, k) =>
      place.committed && k >> left >= before && k >> left < before + nodes.length ? [k] : [],
    )
    const kernel = committed[drawn(committed.length, seed)]!
    const child = (kernel >> left) - before
    return { name: 'descendTrace', args: [state.node, child, nodes[child], path(child), left === 0 ? programProof(kernel) : NO_PROOF] }
  }
  const { lanes } = own.facts(state.kernel)
  const words = Math.ceil(product(program.kernels[state.kernel]!.shape) / lanes)
  const child = drawn(Math.min(nodes.length, Math.ceil(words / 2 ** left) - before), seed)
  const lane = left > 0 ? 0 : drawn(Math.min(lanes, product(program.kernels[state.kernel]!.shape) - (before + child) * lanes), seed)
  return { name: 'descendTensor', args: [state.node, child, nodes[child], path(child), lane] }
}

/**
 * Lets an aimless challenger and the asserter move until an element is chosen and everything about it is posted.
 * @param atAsserter called in each state in which the asserter is in turn, before it moves
 */
export async function wander(
  arena: Arena,
  gameId: string,
  assertion: Asserted,
  who: { readonly asserter: number; readonly challenger: number },
  seed: number,
  atAsserter: (state: State) => Promise<void> = async () => {},
): Promise<State> {
  for (let turn = 0; turn < 40; turn++) {
    const state = await stateOf(arena, gameId)
    if (state.turn === 'ASSERTER') {
      await atAsserter(state)
      await sendDefence(arena, who.asserter, gameId, defend(state, providerOf(assertion.trace, assertion.salt, arena.levels)))
    } else if (state.phase === 'LANE') {
      return state
    } else {
      const { name, args } = aimless(arena, state, assertion, seed * 41 + turn)
      await arena.send(arena.game(who.challenger).getFunction(name)(gameId, ...args))
    }
  }
  throw new Error('the walk did not end within 40 turns')
}
