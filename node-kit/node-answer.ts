import { OpineError } from '@opine/dispute-game/errors.ts'

const QUANTITY = /^0x[0-9a-f]{1,64}$/i
const DATA = /^0x(?:[0-9a-f]{2})*$/i
const HASH = /^0x[0-9a-f]{64}$/i

const text =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value)
const record = (value: unknown): boolean => value === null || (typeof value === 'object' && !Array.isArray(value))

/** Of what form the answers to the methods are that a decision hangs on: ethereum.github.io/execution-apis. */
const FORMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  eth_chainId: text(QUANTITY),
  eth_blockNumber: text(QUANTITY),
  eth_gasPrice: text(QUANTITY),
  eth_maxPriorityFeePerGas: text(QUANTITY),
  eth_getBalance: text(QUANTITY),
  eth_getTransactionCount: text(QUANTITY),
  eth_estimateGas: text(QUANTITY),
  eth_getCode: text(DATA),
  eth_call: text(DATA),
  eth_sendRawTransaction: text(HASH),
  eth_getLogs: Array.isArray,
  eth_getBlockByNumber: record,
  eth_getBlockByHash: record,
  eth_getTransactionByHash: record,
  eth_getTransactionReceipt: record,
}

/**
 * A node's answer, if it is one.
 * @throws {OpineError} `NODE_ANSWER`, which is as if it had not answered
 */
export function checkedAnswer(method: string, value: unknown): unknown {
  const fits = FORMS[method]
  // Some leave out what others say is null.
  const answer = value === undefined ? null : value
  if (!fits || fits(answer)) return answer
  const given = JSON.stringify(answer).slice(0, 80)
  throw new OpineError('NODE_ANSWER', `the node answers ${method} with ${given}, which is no answer; give --rpc another node`, { method })
}
