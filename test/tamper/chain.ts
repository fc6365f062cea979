import type { Program } from '@opine/models/ir/types.ts'
import type { Eip1193Provider, Interface, LogDescription } from 'ethers'
import hre from 'hardhat'
import { Arena } from '../support/arena.ts'
import { providerOn } from '../support/embedded-chain.ts'

type Log = { readonly address: string; readonly topics: string[]; readonly data: string }
export type Sent = { readonly gas: number; readonly logs: readonly Log[]; readonly block: number }
type RawReceipt = { readonly status: string; readonly gasUsed: string; readonly logs: readonly Log[]; readonly blockNumber: string }

/** Gas that every transaction is given: the most that one may have on the main net. Nothing is estimated, so each is executed once. */
const GAS = '0xf00000'

/**
 * The embedded chain without what thousands of games have no time for: one request a transaction and one for its receipt.
 * The arena on it is for everything else.
 */
export class FastChain {
  readonly raw: Eip1193Provider
  readonly arena: Arena

  private constructor(raw: Eip1193Provider, arena: Arena) {
    this.raw = raw
    this.arena = arena
  }

  static async create(program: Program): Promise<FastChain> {
    const { provider } = await hre.network.create()
    const raw = provider as unknown as Eip1193Provider
    return new FastChain(raw, await Arena.create(program, undefined, providerOn(raw)))
  }

  /** Sends a transaction and waits for it. @throws the node's error with the revert's data if it reverts */
  async send(who: number, to: string, data: string, value = 0n): Promise<Sent> {
    const transaction = { from: this.arena.addresses[who], to, data, gas: GAS, value: `0x${value.toString(16)}` }
    const hash = await this.raw.request({ method: 'eth_sendTransaction', params: [transaction] })
    const receipt: RawReceipt = await this.raw.request({ method: 'eth_getTransactionReceipt', params: [hash] })
    if (receipt.status !== '0x1') throw new Error(`transaction ${hash} of ${data.slice(0, 10)} failed`)
    return { gas: Number(receipt.gasUsed), logs: receipt.logs, block: Number(receipt.blockNumber) }
  }

  /** What a call would return; nothing is sent. @throws like `send` */
  call(who: number, to: string, data: string, value = 0n): Promise<string> {
    const transaction = { from: this.arena.addresses[who], to, data, gas: GAS, value: `0x${value.toString(16)}` }
    return this.raw.request({ method: 'eth_call', params: [transaction, 'latest'] })
  }

  /** The next block comes so much later. */
  later = (seconds: number): Promise<void> => this.raw.request({ method: 'evm_increaseTime', params: [seconds] })

  /** Runs something and undoes all that it did on the chain, its memory of old blocks included. */
  async undone<T>(run: () => Promise<T>): Promise<T> {
    const id = await this.raw.request({ method: 'evm_snapshot', params: [] })
    try {
      return await run()
    } finally {
      await this.raw.request({ method: 'evm_revert', params: [id] })
    }
  }
}

/** The events of a transaction that this contract emitted, decoded. */
export function eventsOf({ logs }: Sent, address: string, abi: Interface): LogDescription[] {
  const own = logs.filter((log) => log.address.toLowerCase() === address.toLowerCase())
  return own.flatMap((log) => abi.parseLog(log) ?? [])
}
