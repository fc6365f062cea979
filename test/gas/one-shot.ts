import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { type ProofMove, proof, type Served } from '@opine/dispute-game/game/proof.ts'
import { type ChallengerMove, EVALUATIONS } from '@opine/dispute-game/game/types.ts'
import { branch } from '@opine/dispute-game/merkle/tree.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { interiorList, interiorTree, traceTree } from '@opine/models/trace/commit.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { buildWitness, type Witness } from '@opine/models/trace/witness.ts'
import { expect } from 'chai'
import { concat, Interface, keccak256, toBeHex } from 'ethers'
import { Arena, type Asserted, ETHER } from '../support/arena.ts'
import { encodeWitness, STATUS, stateOf } from '../support/player.ts'
import type { ToldLie } from './full-game.ts'
import { lastGas } from './meter.ts'
import type { Row } from './rows.ts'

const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const
const GAME = new Interface(DisputeGame.abi)
const NO_PROOF = { meta: new Uint8Array(32), body: new Uint8Array(32), siblings: [] as Uint8Array[] }
/** Stands for a signature until the oath is encoded. */
const UNSIGNED = new Uint8Array(65)
const TOTALS = { Totals: ['bytes32 assertionId', 'uint32 kernel', 'uint32 element', 'bytes32 content'].map(field) }

type Step = ChallengerMove & { readonly kind: 'step' }

/** Gas of one transaction that proves a lie whose asserter handed out its nodes and signed its oaths; the opening comes before it. */
export async function oneShotRows(honest: Trace, lies: readonly ToldLie[]): Promise<Row[]> {
  const arena = await Arena.create(honest.program)
  await arena.stake(LIAR, 100n * ETHER)
  const rows: Row[] = []
  for (const { name, trace } of lies) {
    const asked = await arena.ask(CONSUMER, honest.inputs[0]!)
    const lying = await arena.assert(LIAR, asked, trace)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, honest))
    const moves = proof(await stateOf(arena, gameId), providerOf(honest, lying.salt, arena.levels), served(lying))
    const calls: string[] = []
    for (const move of moves) calls.push(await encoded(arena, gameId, lying, honest, move, moves.at(-1) as Step))
    await arena.send(arena.game(CHALLENGER).getFunction('multicall')(calls))
    expect((await stateOf(arena, gameId)).status, name).to.equal(STATUS.CHALLENGER_WINS)
    rows.push({ name: `one-shot proof of \`${name}\``, gas: await lastGas(arena), target: 1_200_000 })
  }
  return rows
}

/** All that the asserter has. */
function served({ trace, salt }: Asserted): Served {
  const signed = <T>(content: T) => ({ content, signature: UNSIGNED })
  return {
    traceTree: () => traceTree(trace, salt),
    tensorTree: (kernel) => trace.trees[kernel],
    interior: (first, length) => signed(interiorList(trace, first, length)),
    totals: (kernel, element) => signed(Array.from(trace.totals(kernel, element))),
  }
}

/** @param step  the last of the moves: it says which oaths come before it */
async function encoded(arena: Arena, gameId: string, lying: Asserted, honest: Trace, move: ProofMove, step: Step): Promise<string> {
  const { program } = honest
  const call = (...args: readonly unknown[]): string => GAME.encodeFunctionData(move.kind, [gameId, ...args])
  const kernelProof = 'program' in move && move.program !== null ? bufferProof(arena.tree, bufferOf(program, move.program)) : NO_PROOF
  switch (move.kind) {
    case 'descendTrace':
      return call(move.expected, move.child, move.node, move.siblings, kernelProof)
    case 'swearInterior':
      return call(move.roots, await arena.signInterior(LIAR, lying.id, program.places[step.kernel]!.first, move.roots))
    case 'pick':
      return call(move.expected, move.kernel, move.root, move.siblings, kernelProof)
    case 'descendTensor':
      return call(move.expected, move.child, move.node, move.siblings, move.lane)
    case 'swearTotals':
      return call(move.totals, await signTotals(arena, lying, step))
    case 'step':
      return call(EVALUATIONS.indexOf(move.evaluation), move.block, move.totals, encodeWitness(witnessOf(arena, lying, honest, move)))
  }
}

function witnessOf(arena: Arena, lying: Asserted, honest: Trace, step: Step): Witness {
  const { first, length } = honest.program.places[step.kernel]!
  const [leaves, interior] = [traceTree(lying.trace, lying.salt), interiorTree(interiorList(lying.trace, first, length))]
  return buildWitness({
    ...step,
    programTree: arena.tree,
    trace: honest,
    leafSiblings: (kernel) => branch(leaves, kernel),
    interiorSiblings: (kernel) => branch(interior, kernel - first),
  })
}

/** The asserter's EIP-712 signature under running totals, SPEC section 7. */
function signTotals(arena: Arena, { id }: Asserted, { kernel, element, totals }: Step): Promise<string> {
  const domain = { name: 'Opine', version: '1', chainId: arena.deployment.chainId, verifyingContract: arena.deployment.game }
  const content = keccak256(concat(totals.map((total) => toBeHex(total, 32))))
  return arena.signers[LIAR]!.signTypedData(domain, TOTALS, { assertionId: id, kernel, element, content })
}

function field(text: string): { type: string; name: string } {
  const [type, name] = text.split(' ')
  return { type: type!, name: name! }
}
