import { OpineError } from '@opine/dispute-game/errors.ts'
import { AbiCoder, keccak256, type Result } from 'ethers'
import type { OpineClient } from './client.ts'
import { readLogs } from './logs.ts'

/** In the order of the contract's enums. */
const REQUEST = ['unknown', 'open', 'settled', 'expired', 'expiredPartial'] as const
const ASSERTION = ['unknown', 'standing', 'released', 'defeated'] as const

/** @property isFinal  whether nothing can defeat it any more */
export type Candidate = {
  readonly assertionId: string
  readonly asserter: string
  readonly output: string
  readonly status: (typeof ASSERTION)[number]
  readonly isFinal: boolean
}

/**
 * @property answer     what it settled with; before that the earliest that stands; null for none
 * @property delivered  whether the final callback succeeded, or was not wanted
 * @property deadline   unix seconds; 0 once settled
 * @property settledAt  unix seconds; 0 before
 */
export type RequestResult = {
  readonly requestId: string
  readonly status: Exclude<(typeof REQUEST)[number], 'unknown'>
  readonly consumer: string
  readonly programRoot: string
  readonly deadline: number
  readonly settledAt: number
  readonly delivered: boolean
  readonly answer: Candidate | null
}

/**
 * What is known of a request now, final or not.
 * @param options.fromBlock  where to begin to look for the answer's bytes
 * @throws {OpineError} `REQUEST_UNKNOWN`; `NODE_CONTRADICTS` if the node shows other bytes than the assertion commits to
 * @example
 * const { status, answer } = await result(client, { requestId })
 * if (answer && !answer.isFinal) console.log('provisional', decodeOutput(spec, answer.output))
 */
export async function result(
  client: OpineClient,
  options: { readonly requestId: string; readonly fromBlock?: number },
): Promise<RequestResult> {
  const { oracle, provider } = client
  const { requestId } = options
  const blockTag = await provider.getBlockNumber()
  const ask = (method: string): Promise<Result> => oracle.getFunction(method)(requestId, { blockTag })
  const [request, now] = await Promise.all([ask('request'), ask('resultOf')])
  const status = REQUEST[Number(request.status)]!
  if (status === 'unknown') {
    const message = `the oracle at ${oracle.target} has no request ${requestId}; check the id, the chain, and whether its transaction was mined`
    throw new OpineError('REQUEST_UNKNOWN', message, { requestId })
  }
  const { consumer, programRoot, delivered, settledAt, terms } = request
  return {
    requestId,
    status,
    consumer,
    programRoot,
    deadline: Number(terms.deadline),
    settledAt: Number(settledAt),
    delivered,
    answer: BigInt(now.assertion) === 0n ? null : await candidate(client, options, now, blockTag),
  }
}

async function candidate(
  client: OpineClient,
  { requestId, fromBlock }: { requestId: string; fromBlock?: number },
  now: Result,
  head: number,
): Promise<Candidate> {
  const { oracle, provider, addresses } = client
  const assertionId = now.assertion as string
  const topics = await oracle.filters.AssertionMade!(assertionId, requestId).getTopicFilter()
  const [log] = await readLogs(provider, { address: addresses.oracle, topics }, fromBlock ?? addresses.block, head)
  const event = log && oracle.interface.parseLog(log)
  if (!event)
    throw new OpineError('NODE_CONTRADICTS', `the node shows no event of assertion ${assertionId}; ask a node that keeps its logs`)
  const { asserter, traceRoot, output } = event.args
  // SPEC section 6: the id commits to the answer.
  const committed = AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'address', 'bytes32', 'bytes32'],
    [requestId, asserter, traceRoot, keccak256(output)],
  )
  if (keccak256(committed) !== assertionId) {
    throw new OpineError('NODE_CONTRADICTS', `the node shows another answer than assertion ${assertionId} commits to; ask another node`)
  }
  return { assertionId, asserter, output, status: ASSERTION[Number(now.assertionStatus)]!, isFinal: now.isFinal }
}
