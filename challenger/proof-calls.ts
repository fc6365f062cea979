import { type ProofMove, proof } from '@opine/dispute-game/game/proof.ts'
import type { Served } from '@opine/dispute-game/game/served.ts'
import type { GameView } from '@opine/dispute-game/game/types.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Chain } from '@opine/node-kit/chain.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { placeOf } from '@opine/node-kit/ids.ts'
import type { Journal, PostedRecord } from '@opine/node-kit/journal.ts'
import { interiorOath, type OathData, signerOfOath, totalsOath } from '@opine/node-kit/oaths.ts'
import { type CallContext, callOf } from './calls.ts'
import type { Truth } from './truth.ts'
import { type HeldOath, listOf } from './two-oaths.ts'

/** What a game's proof is made for. */
export type ProofGround = Pick<Chain, 'contracts' | 'levels'> & {
  readonly gameId: Hex
  readonly assertionId: Hex
  readonly view: GameView
  readonly journal: Journal
  readonly truth: Truth
  readonly deployment: Deployment
  /** Told of every oath that the asserter did sign. */
  readonly hold: (oath: HeldOath) => void
}

/** @property calls  the data of each, for `multicall` @property facts  for the log: its moves, and where it ends */
export type GameProof = {
  readonly calls: readonly string[]
  readonly facts: { readonly moves: string; readonly kernel?: number; readonly element?: number }
}

/**
 * Puts a game's proof together from what is served.
 * @throws {OpineError} `NOT_SERVED`, `NOTHING_DIFFERS`; what `served` throws
 */
export async function proofOf(
  { gameId, assertionId, view, contracts, levels, journal, truth, deployment, hold }: ProofGround,
  served: Served,
): Promise<GameProof> {
  const { requestId, asserter } = journal.assertion(assertionId)!
  const trace = await truth.trace(requestId)
  const own = providerOf(trace, truth.salt(requestId, asserter), levels)
  const { seen, watched } = watch(served, assertionId, (kernel) => own.facts(kernel).first)
  const witnessed = witness(watched, { assertionId, asserter, deployment, hold, firstOf: (kernel) => own.facts(kernel).first })
  const moves = await proof(view, own, witnessed)
  const { tree: programTree } = truth.model(requestId)
  const context = { gameId, assertionId, programTree, trace, own, posted: (place: Hex) => seen.get(place) ?? journal.posted(place) }
  const last = moves.at(-1)
  const end = last?.kind === 'step' ? { kernel: last.kernel, element: last.element, evaluation: last.evaluation, block: last.block } : {}
  return {
    calls: moves.map((move) => {
      const [method, ...args] = argumentsOf(move, context)
      return contracts.game.encode(method, ...args).data
    }),
    facts: { moves: moves.map(({ kind }) => kind).join(' '), ...end },
  }
}

function argumentsOf(move: ProofMove, context: CallContext): readonly [method: string, ...args: unknown[]] {
  if (move.kind === 'swearInterior') return [move.kind, context.gameId, move.roots, move.signature]
  if (move.kind === 'swearTotals') return [move.kind, context.gameId, move.totals, move.signature]
  return callOf(move, context)
}

/** Keeps what was served, by the places at which it would have been posted: the step's witness is built from that. */
function watch(served: Served, assertionId: Hex, firstOf: (kernel: number) => number) {
  const seen = new Map<Hex, PostedRecord>()
  const keep = (place: Hex, nodes: readonly Uint8Array[]): void => void seen.set(place, { nodes: nodes.map(toHex), totals: [] })
  const watched: Served = {
    ...served,
    traceNodes: async (position) => {
      const nodes = await served.traceNodes(position)
      if (nodes) keep(placeOf(assertionId, 'TRACE', 0, position), nodes)
      return nodes
    },
    interior: async (kernel) => {
      const sworn = await served.interior(kernel)
      if (sworn) keep(placeOf(assertionId, 'KERNEL', firstOf(kernel), 0), sworn.content)
      return sworn
    },
  }
  return { seen, watched }
}

type Witness = Pick<ProofGround, 'assertionId' | 'deployment' | 'hold'> & {
  readonly asserter: string
  readonly firstOf: (kernel: number) => number
}

/** Keeps what the asserter signed: another content for the same place, whenever it turns up, ends its games. */
function witness(served: Served, { assertionId, deployment, hold, asserter, firstOf }: Witness): Served {
  const note = (data: OathData, signature: Uint8Array | null, oath: Omit<HeldOath, 'place' | 'signature'>): void => {
    if (!signature || signerOfOath(deployment, data, signature) !== asserter) return
    hold({ ...oath, place: placeOf(assertionId, oath.phase, oath.kernel, oath.element), signature: toHex(signature) })
  }
  return {
    ...served,
    interior: async (kernel) => {
      const sworn = await served.interior(kernel)
      const first = firstOf(kernel)
      if (sworn) {
        const list = listOf({ nodes: sworn.content.map(toHex), totals: [] })
        note(interiorOath(assertionId, first, sworn.content), sworn.signature, { phase: 'KERNEL', kernel: first, element: 0, list })
      }
      return sworn
    },
    totals: async (kernel, element) => {
      const sworn = await served.totals(kernel, element)
      if (sworn) {
        const list = listOf({ nodes: [], totals: sworn.content })
        note(totalsOath(assertionId, kernel, element, sworn.content), sworn.signature, { phase: 'LANE', kernel, element, list })
      }
      return sworn
    },
  }
}
