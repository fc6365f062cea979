import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { readStake } from '@opine/node-kit/reads.ts'
import { HONEST } from '../../scenarios/cast.ts'
import { minedSince } from '../../scenarios/history.ts'
import { Stage } from '../../scenarios/stage.ts'
import { ETHER } from '../../support/arena.ts'
import { flood, picture } from './flood.ts'
import { Heads } from './heads.ts'
import { begin, measured, type Stretch } from './stretch.ts'

const ASKERS = [20, 21, 22, 23, 24, 25, 26, 27, 28, 29] as const
/** Seconds that a run may take. */
const PATIENCE = 540

/**
 * What a run came to; times in milliseconds.
 * @property latencies     of each request, from its block to the block of its answer
 * @property answering     from the first request's block to the last answer's
 * @property transactions  of everybody, meanwhile
 * @property fullest       most gas in one of those blocks, as a part of what a block may have
 * @property settling      from the block after which all were due, to the last settlement's
 */
export type LoadRun = {
  readonly requests: number
  readonly latencies: readonly number[]
  readonly answering: number
  readonly transactions: number
  readonly blocks: number
  readonly fullest: number
  readonly answer: Stretch
  readonly settling: number
  readonly settle: Stretch
}

/**
 * Asks one operator, a process on a node of its own, for many answers at once, and sees them settled.
 * @param blockTime  seconds between blocks; each transaction has a block of its own if undefined
 * @throws {Error} if a request is lost, answered twice or wrongly, or a bond stays locked
 */
export async function serveLoad(requests: number, blockTime?: number): Promise<LoadRun> {
  const stage = await Stage.open()
  try {
    await stage.stake(HONEST, BigInt(requests) * ETHER)
    if (blockTime !== undefined) {
      await stage.provider.send('evm_setAutomine', [false])
      await stage.provider.send('evm_setIntervalMining', [blockTime])
    }
    const operator = stage.operator(HONEST, measured(stage))
    await stage.until('it runs', () => operator.said('started').length > 0)
    const heads = await Heads.open(stage.anvil.url)
    const inputs = Array.from({ length: requests }, (_, index) => picture(index))
    const first = (await stage.provider.getBlockNumber()) + 1

    const done = (kind: string): number => operator.moves().filter((each) => each === kind).length
    const ask = await flood(stage, inputs, ASKERS)
    const answered = await begin(stage, operator, 0)
    await ask()
    await stage.until('all are answered', () => done('assert') === requests, PATIENCE)
    const answer = await answered()
    const facts = await answersOf(stage, heads, requests)
    const mined = (await minedSince(stage.provider, first)).filter(({ block }) => block <= facts.last)

    const settled = await begin(stage, operator, 1)
    await stage.pass(3601)
    const due = await stage.provider.getBlockNumber()
    await stage.until('all are settled', () => operator.said('requestEnded').length === requests, PATIENCE)
    const settle = await settled()
    const end = await settlementOf(stage, inputs)
    const times = { answering: facts.answering, latencies: facts.latencies, settling: heads.time(end) - heads.time(due) }
    heads.close()
    const size = { requests, transactions: mined.length, blocks: new Set(mined.map(({ block }) => block)).size }
    return { ...size, ...times, fullest: await fullestOf(stage, mined), answer, settle }
  } finally {
    await stage.close()
  }
}

async function answersOf(stage: Stage, heads: Heads, requests: number) {
  const { oracle } = stage.contracts
  const blocksOf = async (name: string): Promise<Map<Hex, number>> => {
    const logs = await stage.provider.getLogs({ address: oracle.address, topics: oracle.abi.encodeFilterTopics(name, []), fromBlock: 0 })
    if (logs.length !== requests) throw new Error(`${logs.length} times ${name}, not ${requests}`)
    return new Map(logs.map((log) => [oracle.abi.parseLog(log)!.args.requestId as Hex, log.blockNumber]))
  }
  const [asked, asserted] = await Promise.all([blocksOf('InferenceRequested'), blocksOf('AssertionMade')])
  const latencies = [...asked].map(([id, block]) => heads.time(asserted.get(id)!) - heads.time(block))
  const last = Math.max(...asserted.values())
  return { latencies, last, answering: heads.time(last) - heads.time(Math.min(...asked.values())) }
}

/** Sees to it that every request was settled once, with the right output, and that no bond is locked. @returns the last block that settled one */
async function settlementOf(stage: Stage, inputs: readonly Uint8Array[]): Promise<number> {
  const { oracle } = stage.contracts
  const truths = inputs.map((input) => toHex(outputBytes(stage.truth(input)))).sort()
  const logs = await stage.provider.getLogs({
    address: oracle.address,
    topics: oracle.abi.encodeFilterTopics('RequestSettled', []),
    fromBlock: 0,
  })
  const settled = logs.map((log) => oracle.abi.parseLog(log)!.args)
  if (new Set(settled.map(({ requestId }) => requestId)).size !== inputs.length || settled.length !== inputs.length)
    throw new Error(`${settled.length} settlements of ${inputs.length} requests`)
  const outputs = settled.map(({ output }) => output as Hex).sort()
  if (outputs.some((output, index) => output !== truths[index])) throw new Error('a wrong answer settled')
  const { locked } = await readStake(stage.contracts, stage.address(HONEST))
  if (locked !== 0n) throw new Error(`${locked} wei of stake stay locked`)
  return Math.max(...logs.map(({ blockNumber }) => blockNumber))
}

async function fullestOf(stage: Stage, mined: readonly { readonly block: number }[]): Promise<number> {
  let fullest = 0
  for (const number of new Set(mined.map(({ block }) => block))) {
    const { gasUsed, gasLimit } = (await stage.provider.getBlock(number))!
    fullest = Math.max(fullest, Number(gasUsed) / Number(gasLimit))
  }
  return fullest
}
