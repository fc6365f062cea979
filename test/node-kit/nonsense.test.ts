import { after, before, describe, it } from 'node:test'
import { readIntent } from '@opine/node-kit/intents.ts'
import { errorFields } from '@opine/node-kit/log.ts'
import { SocketProvider } from '@opine/node-kit/provider.ts'
import type { RpcSocket } from '@opine/node-kit/rpc.ts'
import { expect } from 'chai'
import { until } from '../support/local-chain.ts'
import { SendingStage } from '../support/sending-stage.ts'

let nonsense: { readonly method: string; readonly value: unknown } | undefined

/** The node, but for one method that it answers with something else. */
class Nonsensical extends SocketProvider {
  constructor(rpc: RpcSocket, chainId: bigint) {
    const request: RpcSocket['request'] = async (method, params) =>
      method === nonsense?.method ? { result: nonsense.value } : rpc.request(method, params)
    super({ request } as RpcSocket, chainId)
  }
}

const METHODS = [
  'eth_getBlockByNumber',
  'eth_getTransactionCount',
  'eth_getBalance',
  'eth_call',
  'eth_getTransactionReceipt',
  'eth_sendRawTransaction',
]
const VALUES = [undefined, -1, '-0x5', `0x${'f'.repeat(401)}`, { number: '0x1' }, [], 'two\nlines']

describe('a node that answers nonsense', () => {
  let stage: SendingStage
  before(async () => {
    stage = await SendingStage.open('embedded')
  })
  after(() => stage.close())

  for (const method of METHODS)
    it(`to ${method} is told by one code, and what was asked for is done once when it has come to its senses`, async () => {
      const wallets = await stage.clear(1)
      const node = stage.nodeOf(Nonsensical)
      await stage.life(
        wallets,
        async (sender, store) => {
          for (const [index, value] of VALUES.entries()) {
            const deed = stage.stake(`deed ${index}`)
            nonsense = { method, value }
            let failure: unknown
            const sent = sender.send(deed).catch((error: unknown) => {
              failure = error
            })
            await until('it failed, or was recorded', () => failure !== undefined || readIntent(store, deed.key) !== undefined)
            nonsense = undefined
            await sent
            if (failure === undefined) continue
            const { code, message, stack } = errorFields(failure)
            expect(code, String(message)).to.be.oneOf(['NODE_ANSWER', 'NODE_BLOCKLESS'])
            expect(stack).to.equal(undefined)
            expect(message).not.to.include('\n')
            await sender.send(deed)
          }
        },
        {},
        node,
      )
      node.destroy()
      expect(await stage.staked(wallets)).to.deep.equal([VALUES.length])
      for (const { code } of stage.said('pollFailed')) expect(code).to.be.oneOf(['NODE_ANSWER', 'NODE_BLOCKLESS'])
    })
})
