import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Log as ChainLog, Interface, Result } from 'ethers'
import type { Contract, Contracts } from './contracts.ts'
import { placeOf } from './ids.ts'

/**
 * A fact on the chain that a daemon follows. It is a hint where to look: what is done is decided on the contracts' state.
 * @property hash  of the block in which it was seen
 */
export type ProtocolEvent = Told & { readonly hash: string }

type Told = { readonly block: number } & (
  | {
      readonly name: 'InferenceRequested'
      readonly requestId: Hex
      readonly programRoot: Hex
      readonly nonce: bigint
      readonly fee: bigint
      readonly input: Hex
    }
  | {
      readonly name: 'AssertionMade'
      readonly assertionId: Hex
      readonly requestId: Hex
      readonly asserter: string
      readonly traceRoot: Hex
      readonly output: Hex
    }
  | { readonly name: 'GameOpened'; readonly gameId: Hex; readonly assertionId: Hex; readonly challenger: string; readonly root: Hex }
  | {
      readonly name: 'Posted'
      readonly assertionId: Hex
      readonly place: Hex
      readonly nodes: readonly Hex[]
      readonly totals: readonly number[]
    }
  | { readonly name: 'ClaimStarted'; readonly gameId: Hex; readonly assertionId: Hex; readonly seedBlock: number }
  | { readonly name: 'ClaimProved'; readonly gameId: Hex; readonly assertionId: Hex; readonly rank: bigint }
  | { readonly name: 'EndpointAnnounced'; readonly operator: string; readonly endpoint: string }
)

type Decode = (args: Result, block: number) => Told

const DECODERS: Readonly<Record<string, Decode>> = {
  InferenceRequested: (a, block) => ({
    name: 'InferenceRequested',
    block,
    requestId: a.requestId as Hex,
    programRoot: a.programRoot as Hex,
    nonce: a.nonce as bigint,
    fee: (a.terms as Result).fee as bigint,
    input: a.input as Hex,
  }),
  AssertionMade: (a, block) => ({
    name: 'AssertionMade',
    block,
    assertionId: a.assertionId as Hex,
    requestId: a.requestId as Hex,
    asserter: a.asserter as string,
    traceRoot: a.traceRoot as Hex,
    output: a.output as Hex,
  }),
  GameOpened: (a, block) => ({
    name: 'GameOpened',
    block,
    gameId: a.gameId as Hex,
    assertionId: a.assertionId as Hex,
    challenger: a.challenger as string,
    root: a.root as Hex,
  }),
  NodeRevealed: (a, block) => posted(block, a.assertionId as Hex, a.place as Hex, hexes(a.nodes), []),
  InteriorSworn: (a, block) => {
    const assertionId = a.assertionId as Hex
    return posted(block, assertionId, placeOf(assertionId, 'KERNEL', Number(a.first), 0), hexes(a.roots), [])
  },
  TotalsSworn: (a, block) => {
    const assertionId = a.assertionId as Hex
    const totals = (a.totals as Result).toArray().map(Number)
    return posted(block, assertionId, placeOf(assertionId, 'LANE', Number(a.kernel), Number(a.element)), [], totals)
  },
  ClaimStarted: (a, block) => ({
    name: 'ClaimStarted',
    block,
    gameId: a.gameId as Hex,
    assertionId: a.assertionId as Hex,
    seedBlock: Number(a.seedBlock),
  }),
  ClaimProved: (a, block) => ({
    name: 'ClaimProved',
    block,
    gameId: a.gameId as Hex,
    assertionId: a.assertionId as Hex,
    rank: a.rank as bigint,
  }),
  EndpointAnnounced: (a, block) => ({ name: 'EndpointAnnounced', block, operator: a.operator as string, endpoint: textOf(a) }),
}

/** Anybody announces any bytes; what is no text is nowhere. ethers throws when such a value is looked at. */
function textOf(args: Result): string {
  try {
    return args.endpoint as string
  } catch {
    return ''
  }
}

const posted = (block: number, assertionId: Hex, place: Hex, nodes: readonly Hex[], totals: readonly number[]): Told => ({
  name: 'Posted',
  block,
  assertionId,
  place,
  nodes,
  totals,
})

const hexes = (values: unknown): Hex[] => (values as Result).toArray() as Hex[]

const sourcesOf = ({ oracle, game, claims, operators }: Contracts): readonly Contract[] => [oracle, game, claims, operators]

export type EventFilter = { readonly address: string[]; readonly topics: string[][] }

/** What `eth_getLogs` is to give. */
export function eventFilter(contracts: Contracts): EventFilter {
  const sources = sourcesOf(contracts)
  const topics = sources.flatMap(({ abi }) => Object.keys(DECODERS).map((name) => abi.getEvent(name)?.topicHash))
  return { address: sources.map(({ address }) => address), topics: [topics.filter((topic) => topic !== undefined)] }
}

/** The event of a log; undefined for a log of another kind or contract. */
export function decodeEvent(contracts: Contracts, log: ChainLog): ProtocolEvent | undefined {
  const source = sourcesOf(contracts).find(({ address }) => address.toLowerCase() === log.address.toLowerCase())
  const parsed = source && parse(source.abi, log)
  const told = parsed && DECODERS[parsed.name]?.(parsed.args, log.blockNumber)
  return told ? { ...told, hash: log.blockHash } : undefined
}

function parse(abi: Interface, log: ChainLog): { readonly name: string; readonly args: Result } | null {
  return abi.parseLog({ topics: [...log.topics], data: log.data })
}
