import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { attack, type Posted } from '@opine/dispute-game/game/attack.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { overlayBranches } from '@opine/dispute-game/game/overlay.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import {
  type ChallengerMove,
  type DefenderMove,
  EVALUATIONS,
  type GameView,
  PHASES,
  SIDES,
  type Side,
} from '@opine/dispute-game/game/types.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { buildWitness, type Witness } from '@opine/models/trace/witness.ts'
import { AbiCoder, type ContractTransactionReceipt, Interface, keccak256 } from 'ethers'
import { type Arena, type Asserted, bytesOf } from './arena.ts'

/** @property deadline  last second of the side in turn */
export type State = GameView & { readonly status: number; readonly turn: Side; readonly since: number; readonly deadline: number }
export const STATUS = { IN_PROGRESS: 1, CHALLENGER_WINS: 2, DEFENDER_WINS: 3, VOID: 4 } as const

export async function stateOf(arena: Arena, gameId: string): Promise<State> {
  const g = await arena.game(0).getFunction('game')(gameId)
  return {
    status: Number(g.status),
    phase: PHASES[Number(g.phase)]!,
    kernel: Number(g.kernel),
    element: Number(g.element),
    position: Number(g.position),
    node: bytesOf(g.node),
    turn: SIDES[Number(g.clock.turn)]!,
    since: Number(g.clock.since),
    deadline: Number(g.clock.since) + Number(Number(g.clock.turn) === 0 ? g.clock.asserter : g.clock.challenger),
  }
}

const NO_PROOF = { meta: new Uint8Array(32), body: new Uint8Array(32), siblings: [] as Uint8Array[] }

/** Sends a defender's move. */
export function sendDefence(arena: Arena, who: number, gameId: string, move: DefenderMove): Promise<ContractTransactionReceipt> {
  const game = arena.game(who)
  if (move.kind === 'reveal') return arena.send(game.getFunction('reveal')(gameId, move.nodes))
  if (move.kind === 'swearInterior') return arena.send(game.getFunction('swearInterior')(gameId, move.roots, '0x'))
  return arena.send(game.getFunction('swearTotals')(gameId, move.totals, '0x'))
}

/** What was posted at the game's place, from the chain's events alone. */
export async function postedOf(arena: Arena, gameId: string, assertion: string): Promise<Posted> {
  const game = arena.game(0)
  const state = await stateOf(arena, gameId)
  const place = await game.getFunction('placeOf')(gameId)
  const nodes = (await game.queryFilter(game.filters.NodeRevealed!(assertion, null, place))).map(argsOf)
  const interiors = (await game.queryFilter(game.filters.InteriorSworn!(assertion))).map(argsOf)
  const totals = (await game.queryFilter(game.filters.TotalsSworn!(assertion))).map(argsOf)
  const own = arena.program.places[state.kernel]!
  return {
    nodes: () => (nodes[0]!.nodes as string[]).map(bytesOf),
    interior: () => (interiors.find(({ first }) => Number(first) === own.first)!.roots as string[]).map(bytesOf),
    totals: () =>
      (totals.find(({ kernel, element }) => Number(kernel) === state.kernel && Number(element) === state.element)!.totals as bigint[]).map(
        Number,
      ),
  }
}

const argsOf = (event: unknown) => (event as { args: Record<string, unknown> }).args

/** Siblings in the asserter's trace tree, as far as reveals and the own trace tell them. */
async function asserterLeaves(arena: Arena, assertion: string, own: TraceProvider): Promise<(kernel: number) => Uint8Array[]> {
  const game = arena.game(0)
  const events = (await game.queryFilter(game.filters.NodeRevealed!(assertion))).map(argsOf)
  const nodes = new Map(events.map(({ place, nodes }) => [place as string, (nodes as string[]).map(bytesOf)]))
  const placeOf = (position: number): string =>
    keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint8', 'uint32', 'uint64'], [assertion, 0, 0, position]))
  return overlayBranches(own.traceTree(), (position) => nodes.get(placeOf(position)), own.levels)
}

async function sworn(arena: Arena, assertion: string, first: number): Promise<Uint8Array[] | undefined> {
  const game = arena.game(0)
  const events = (await game.queryFilter(game.filters.InteriorSworn!(assertion))).map(argsOf)
  const found = events.find((args) => Number(args.first) === first)
  return found && (found.roots as string[]).map(bytesOf)
}

/** The witness of a step, from the chain's events and the challenger's own trace. */
export async function witnessOf(
  arena: Arena,
  assertion: string,
  truth: Trace,
  own: TraceProvider,
  move: ChallengerMove & { kind: 'step' },
): Promise<Witness> {
  const { program } = arena
  const { first } = program.places[move.kernel]!
  const interior = await sworn(arena, assertion, first)
  return buildWitness({
    programTree: arena.tree,
    trace: truth,
    leafSiblings: await asserterLeaves(arena, assertion, own),
    interiorSiblings: (kernel) => branch(interiorTree(interior!), kernel - first),
    kernel: move.kernel,
    element: move.element,
    evaluation: move.evaluation,
    block: move.block,
  })
}

const WITNESS = new Interface(StepVerifier.abi).getFunction('evaluate')!.inputs[1]!

/** The bytes that `step` takes. */
export const encodeWitness = (witness: Witness): string => AbiCoder.defaultAbiCoder().encode([WITNESS], [witness])

/** The contract call of a challenger's move. */
export async function attackCall(arena: Arena, gameId: string, assertion: string, truth: Trace, own: TraceProvider, move: ChallengerMove) {
  const proof = 'program' in move && move.program !== null ? bufferProof(arena.tree, bufferOf(arena.program, move.program)) : NO_PROOF
  switch (move.kind) {
    case 'descendTrace':
      return { name: 'descendTrace', args: [gameId, move.expected, move.child, move.node, move.siblings, proof] }
    case 'pick':
      return { name: 'pick', args: [gameId, move.expected, move.kernel, move.root, move.siblings, proof] }
    case 'descendTensor':
      return { name: 'descendTensor', args: [gameId, move.expected, move.child, move.node, move.siblings, move.lane] }
    case 'step': {
      const witness = await witnessOf(arena, assertion, truth, own, move)
      const roots = await sworn(arena, assertion, arena.program.places[move.kernel]!.first)
      const interior = roots ? rootOf(interiorTree(roots)) : new Uint8Array(32)
      const args = [gameId, EVALUATIONS.indexOf(move.evaluation), move.block, move.totals, encodeWitness(witness), interior]
      return { name: 'step', args }
    }
  }
}

export type Played = { readonly moves: readonly { readonly kind: string; readonly gas: bigint }[]; readonly status: number }

type Sides = { readonly asserter: number; readonly challenger: number }

/** Makes the move of the side in turn: the asserter's from its own trace, the challenger's from the true one. @returns the challenger's call */
async function takeTurn(arena: Arena, gameId: string, assertion: Asserted, truth: Trace, who: Sides, state: State) {
  if (state.turn === 'ASSERTER') {
    const move = defend(state, providerOf(assertion.trace, assertion.salt, arena.levels))
    return { kind: move.kind, gas: (await sendDefence(arena, who.asserter, gameId, move)).gasUsed }
  }
  const own = providerOf(truth, assertion.salt, arena.levels)
  const move = attack(state, own, await postedOf(arena, gameId, assertion.id))
  const call = await attackCall(arena, gameId, assertion.id, truth, own, move)
  const receipt = await arena.send(arena.game(who.challenger).getFunction(call.name)(...call.args))
  return { kind: move.kind, gas: receipt.gasUsed, call }
}

/** Plays a game to its end. @param afterMove  told of the challenger's calls */
export async function play(
  arena: Arena,
  gameId: string,
  assertion: Asserted,
  truth: Trace,
  who: Sides,
  afterMove: (call: { name: string; args: unknown[] }) => Promise<void> = async () => {},
): Promise<Played> {
  const moves: { kind: string; gas: bigint }[] = []
  for (let turn = 0; turn < 60; turn++) {
    const state = await stateOf(arena, gameId)
    if (state.status !== STATUS.IN_PROGRESS) return { moves, status: state.status }
    const { kind, gas, call } = await takeTurn(arena, gameId, assertion, truth, who, state)
    moves.push({ kind, gas })
    if (call) await afterMove(call)
  }
  throw new Error('the game did not end within 60 turns')
}

/** Plays a game until a side is in turn in a phase. @returns whether it came to that */
export async function playUntil(
  arena: Arena,
  gameId: string,
  assertion: Asserted,
  truth: Trace,
  who: Sides,
  side: Side,
  phase: GameView['phase'],
): Promise<boolean> {
  for (let turn = 0; turn < 60; turn++) {
    const state = await stateOf(arena, gameId)
    if (state.status !== STATUS.IN_PROGRESS) return false
    if (state.turn === side && state.phase === phase) return true
    await takeTurn(arena, gameId, assertion, truth, who, state)
  }
  throw new Error('the game did not end within 60 turns')
}
