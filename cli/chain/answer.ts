import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Contract, EventLog, TransactionReceipt } from 'ethers'

export type Answer = { readonly assertionId: string; readonly asserter: string; readonly output: string }

const POLLING = 500

/** The id of the request that a transaction made. @throws {OpineError} `NO_REQUEST` */
export function requestIdOf(oracle: Contract, receipt: TransactionReceipt): string {
  for (const log of receipt.logs) {
    const event = log.address === oracle.target ? oracle.interface.parseLog(log) : null
    if (event?.name === 'InferenceRequested') return String(event.args[0])
  }
  throw new OpineError(
    'NO_REQUEST',
    `transaction ${receipt.hash} made no request; is the contract that was called a consumer of this oracle?`,
  )
}

/**
 * Waits until a request is settled.
 * @param timeout seconds
 * @throws {OpineError} `REQUEST_EXPIRED`, `NO_ANSWER`
 */
export async function waitForAnswer(oracle: Contract, requestId: string, fromBlock: number, timeout: number): Promise<Answer> {
  const find = async (name: string): Promise<EventLog | undefined> =>
    (await oracle.queryFilter(oracle.filters[name]!(requestId), fromBlock))[0] as EventLog | undefined
  const end = Date.now() + 1000 * timeout
  while (Date.now() < end) {
    const settled = await find('RequestSettled')
    if (settled) return { assertionId: settled.args[1], asserter: settled.args[2], output: settled.args[3] }
    if (await find('RequestExpired'))
      throw new OpineError('REQUEST_EXPIRED', `nobody answered request ${requestId} in time; its fee is paid back`)
    await sleep(POLLING)
  }
  throw new OpineError('NO_ANSWER', `request ${requestId} has no final answer after ${timeout} seconds; it goes on without this command`)
}
