import { callOf } from '@opine/challenger/calls.ts'
import { attack } from '@opine/dispute-game/game/attack.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { inputRoot, outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { keccak256 } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { aimless } from '../support/wander.ts'
import type { AssertionFact, Facts, GameFact, RequestFact } from './facts.ts'
import type { Deed, World } from './world.ts'

/** Deeds that are open to a party as things stand. Sent with a challenge; what is above the bond comes back at once. */
const SENT = ETHER

const treeOf = ({ arena }: World, trace: Trace, requestId: string, who: number) => traceTree(trace, arena.salt(requestId, who))

export function assertion(world: World, who: number, { id }: RequestFact, trace: Trace): Deed {
  const tree = treeOf(world, trace, id, who)
  const proofs = trace.program.outputs.map((kernel) => branch(tree, kernel))
  return { who, to: 'oracle', name: 'assertResult', args: [id, outputBytes(trace), rootOf(tree), proofs] }
}

/** The asserter's move in a game over its assertion. */
export function defence(world: World, who: number, { id, assertion, view }: GameFact, trace: Trace): Deed {
  const move = defend(view, providerOf(trace, world.arena.salt(assertion.request.id, who), world.arena.levels))
  if (move.kind === 'reveal') return { who, to: 'game', name: 'reveal', args: [id, move.nodes] }
  const content = move.kind === 'swearInterior' ? move.roots : move.totals
  return { who, to: 'game', name: move.kind, args: [id, content, '0x'] }
}

/** Writes down what games over an assertion need, or opens one with this root. */
export function challenge(world: World, who: number, { id, request, output, prepared }: AssertionFact, root: Uint8Array): Deed {
  if (prepared) return { who, to: 'game', name: 'open', args: [id, root], value: SENT }
  const { program, inputs } = world.truth(request.input)
  const evidence = {
    request: request.id,
    nonce: request.nonce,
    inputRoot: toHex(inputRoot(program, inputs)),
    outputHash: keccak256(output),
  }
  return { who, to: 'oracle', name: 'prepare', args: [id, evidence] }
}

/** The move of a challenger that holds the truth: the strategy and the encoding of the daemons. */
export async function attackMove(world: World, who: number, facts: Facts, { id, assertion, view }: GameFact): Promise<Deed> {
  const { arena } = world
  const trace = world.truth(assertion.request.input)
  const own = providerOf(trace, saltOfAsserter(world, assertion), arena.levels)
  const posted = (place: string) => facts.posted.get(place)
  const [place] = (await world.read('game', 'placeOf', id)) as unknown as [string]
  const nodes = (): Uint8Array[] => posted(place)!.nodes.map((node) => fromHex(node))
  const move = attack(view, own, { nodes, interior: nodes, totals: () => posted(place)!.totals })
  const context = { gameId: id as Hex, assertionId: assertion.id as Hex, programTree: arena.tree, trace, own, posted }
  const [name, ...args] = callOf(move, context)
  return { who, to: 'game', name, args }
}

/** A move of somebody who has no case, until an element is chosen. @param trace  what was asserted */
export function shamMove({ arena }: World, who: number, { id, assertion, view }: GameFact, trace: Trace, seed: number): Deed | undefined {
  if (view.phase === 'LANE') return undefined
  const salt = arena.salt(assertion.request.id, arena.addresses.indexOf(assertion.asserter))
  const { name, args } = aimless(arena, view as never, { id: assertion.id, output: fromHex(assertion.output), salt, trace }, seed)
  return { who, to: 'game', name, args: [id, ...args] }
}

/** The proof of one's work on a defeated assertion: the drawn leaves under the own salt and under the settling asserter's. */
export async function claimProof(world: World, who: number, { id, assertion }: GameFact, settledBy: AssertionFact): Promise<Deed> {
  const [drawn] = (await world.read('claims', 'drawnKernels', id)) as unknown as [bigint[]]
  const trace = world.truth(assertion.request.input)
  const mine = treeOf(world, trace, assertion.request.id, who)
  const settled = traceTree(trace, saltOfAsserter(world, settledBy))
  const leaves = [...drawn].map(Number).map((kernel) => {
    return { tensorRoot: rootOf(trace.trees[kernel]!), mine: branch(mine, kernel), settled: branch(settled, kernel) }
  })
  return { who, to: 'claims', name: 'proveClaim', args: [id, rootOf(mine), leaves] }
}

/** The root that the truth has under an account's salt. */
export const ownRoot = (world: World, who: number, { id, input }: RequestFact): Uint8Array =>
  rootOf(treeOf(world, world.truth(input), id, who))

const saltOfAsserter = ({ arena }: World, { request, asserter }: AssertionFact): Uint8Array =>
  arena.salt(request.id, arena.addresses.indexOf(asserter))
