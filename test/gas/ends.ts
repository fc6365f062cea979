import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { Arena, ETHER, FREE, TERMS } from '../support/arena.ts'
import { play } from '../support/player.ts'
import { lastGas } from './meter.ts'
import type { Row } from './rows.ts'
import { twoKernels } from './small-networks.ts'

const [CONSUMER, LIAR, HONEST, CHALLENGER, SECOND] = [1, 2, 3, 4, 5] as const
const LIVENESS = 3600

/** How games and rewards end: by the clock, by another game's win, and by a claim. */
export async function endRows(): Promise<Row[]> {
  const arena = await Arena.create(sampleNetwork())
  for (const who of [LIAR, HONEST]) await arena.stake(who, 100n * ETHER)
  const rows: Row[] = []
  const measure = async (name: string, sent: Parameters<Arena['send']>[0]): Promise<void> => {
    await arena.send(sent)
    rows.push({ name, gas: await lastGas(arena) })
  }
  const asked = await arena.ask(CONSUMER, sampleImage(1), { liveness: LIVENESS })
  const truth = arena.truth(asked.input)
  const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
  const honest = await arena.assert(HONEST, asked, truth)
  const open = (who: number, assertion = lying) => arena.open(who, assertion, arena.ownRoot(who, asked.requestId, truth))
  const killer = await open(CHALLENGER)
  const void_ = await open(SECOND)
  const lost = await open(SECOND, honest)
  await play(arena, killer, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
  await measure('refund', arena.game(SECOND).getFunction('refund')(void_))

  await arena.send(arena.game(HONEST).getFunction('reveal')(lost, nodesOf(arena, traceTree(truth, honest.salt))))
  await arena.pass(TERMS.clock + LIVENESS + 1)
  await measure('timeout of a challenger', arena.game(HONEST).getFunction('timeout')(lost))
  await arena.send(arena.oracle(0).getFunction('settle')(asked.requestId, honest.output))

  await measure('startClaim', arena.claims(CHALLENGER).getFunction('startClaim')(killer))
  for (let i = 0; i < 3; i++) await arena.provider.send('evm_mine', [])
  const drawn: bigint[] = await arena.claims(CHALLENGER).getFunction('drawnKernels')(killer)
  const [mine, settled] = [traceTree(truth, arena.salt(asked.requestId, CHALLENGER)), traceTree(truth, honest.salt)]
  const leaves = drawn.map(Number).map((kernel) => {
    return { tensorRoot: rootOf(truth.trees[kernel]!), mine: branch(mine, kernel), settled: branch(settled, kernel) }
  })
  await measure(`proveClaim, ${leaves.length} leaves`, arena.claims(CHALLENGER).getFunction('proveClaim')(killer, rootOf(mine), leaves))
  await arena.pass(TERMS.claimWindow + 1)
  await measure('payClaim', arena.claims(0).getFunction('payClaim')(lying.id))

  const late = await arena.ask(CONSUMER, sampleImage(2), { liveness: LIVENESS })
  const silent = await arena.assert(LIAR, late, tellLie(arena.truth(late.input), parseLie('3:4:downstream:0x800000')).trace)
  const unanswered = await arena.open(CHALLENGER, silent, arena.ownRoot(CHALLENGER, late.requestId, arena.truth(late.input)))
  await arena.pass(TERMS.clock + 1)
  await measure('timeout of an asserter, with the kill', arena.game(CHALLENGER).getFunction('timeout')(unanswered))
  return rows
}

function nodesOf(arena: Arena, tree: ReturnType<typeof traceTree>): Uint8Array[] {
  const level = tree.levels[tree.depth - Math.min(arena.levels, tree.depth)]!
  return Array.from({ length: level.length / 32 }, (_, i) => level.subarray(32 * i, 32 * (i + 1)))
}

/** Registering programs and offering them. */
export async function registrationRows(large: Program): Promise<Row[]> {
  const rows: Row[] = []
  const arena = await Arena.create(sampleNetwork())
  for (const program of [twoKernels(1), large]) {
    const { header, bufferRoot, proofs } = registrationOf(program)
    await arena.send(arena.models(1).getFunction('register')(header, bufferRoot, proofs))
    rows.push({ name: `register, ${program.kernels.length} kernels, ${proofs.length} proofs`, gas: await lastGas(arena) })
  }
  await arena.send(arena.models(1).getFunction('createModel')(toHex(programTree(large).root), FREE))
  return [...rows, { name: 'createModel', gas: await lastGas(arena) }]
}
