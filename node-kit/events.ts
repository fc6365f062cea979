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

/** How each fact of an event is read from its arguments, of which one has its name. */
type Readers<N extends Told['name']> = {
  readonly [fact in Exclude<keyof Extract<Told, { name: N }>, 'name' | 'block'>]: (
    args: Result,
    name: string,
  ) => Extract<Told, { name: N }>[fact]
}

const hex = (args: Result, name: string): Hex => args[name] as Hex
const address = (args: Result, name: string): string => args[name] as string
const integer = (args: Result, name: string): bigint => args[name] as bigint
const number = (args: Result, name: string): number => Number(args[name])

const plain =
  <N extends Told['name']>(name: N, readers: Readers<N>): Decode =>
  (args, block) => {
    const facts = Object.entries<(args: Result, name: string) => unknown>(readers).map(([fact, read]) => [fact, read(args, fact)])
    return { name, block, ...Object.fromEntries(facts) } as Told
  }

const DECODERS: Readonly<Record<string, Decode>> = {
  InferenceRequested: plain('InferenceRequested', {
    requestId: hex,
    programRoot: hex,
    nonce: integer,
    fee: (args) => (args.terms as Result).fee as bigint,
    input: hex,
  }),
  AssertionMade: plain('AssertionMade', { assertionId: hex, requestId: hex, asserter: address, traceRoot: hex, output: hex }),
  GameOpened: plain('GameOpened', { gameId: hex, assertionId: hex, challenger: address, root: hex }),
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
  ClaimStarted: plain('ClaimStarted', { gameId: hex, assertionId: hex, seedBlock: number }),
  ClaimProved: plain('ClaimProved', { gameId: hex, assertionId: hex, rank: integer }),
  EndpointAnnounced: plain('EndpointAnnounced', { operator: address, endpoint: textOf }),
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
