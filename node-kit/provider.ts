import { JsonRpcApiProvider, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult, Network } from 'ethers'
import { checkedAnswer } from './node-answer.ts'
import type { RpcSocket } from './rpc.ts'

/** ethers' reading of a node behind an `RpcSocket`. Nothing is cached: a decision is made on what the chain says now. */
export class SocketProvider extends JsonRpcApiProvider {
  readonly #rpc: RpcSocket

  constructor(rpc: RpcSocket, chainId: bigint) {
    super(Network.from(chainId), { staticNetwork: true, batchMaxCount: 1, batchStallTime: 0, cacheTimeout: -1 })
    this.#rpc = rpc
    this._start()
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<(JsonRpcResult | JsonRpcError)[]> {
    const payloads = Array.isArray(payload) ? payload : [payload]
    return Promise.all(
      payloads.map(async ({ id, method, params }) => {
        const answer = await this.#rpc.request(method, params)
        return 'error' in answer ? ({ id, error: answer.error } as JsonRpcError) : { id, result: checkedAnswer(method, answer.result) }
      }),
    )
  }
}
