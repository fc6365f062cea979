import { HDNodeWallet, JsonRpcProvider, type JsonRpcSigner, Wallet } from 'ethers'
import hre from 'hardhat'

/** Hardhat's well-known development accounts, each with 10,000 ether. */
const MNEMONIC = 'test test test test test test test test test test test junk'

export const accountKey = (index: number): string => HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${index}`).privateKey
export const account = (index: number): Wallet => new Wallet(accountKey(index))

/** A chain of its own behind HTTP and WebSocket on one port. It mines a block for every transaction, or only when told to. */
export class LocalChain {
  readonly port: number
  readonly provider: JsonRpcProvider
  readonly #close: () => Promise<void>

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port
    this.provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, 31337, {
      staticNetwork: true,
      cacheTimeout: -1,
      batchMaxCount: 1,
      pollingInterval: 20,
    })
    this.#close = close
  }

  static async start(port = 0): Promise<LocalChain> {
    const server = await hre.network.createServer({}, '127.0.0.1', port)
    const address = await server.listen()
    return new LocalChain(address.port, () => server.close())
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  signer(index: number): Promise<JsonRpcSigner> {
    return this.provider.getSigner(index)
  }

  async autoMine(on: boolean): Promise<void> {
    await this.provider.send('evm_setAutomine', [on])
  }

  async mine(blocks = 1): Promise<void> {
    for (let i = 0; i < blocks; i++) await this.provider.send('evm_mine', [])
  }

  /** Lets time pass, in a block of its own. */
  async pass(seconds: number): Promise<void> {
    await this.provider.send('evm_increaseTime', [seconds])
    await this.mine()
  }

  snapshot(): Promise<string> {
    return this.provider.send('evm_snapshot', [])
  }

  /** Takes back every block since the snapshot: a reorganisation. */
  async revert(snapshot: string): Promise<void> {
    await this.provider.send('evm_revert', [snapshot])
  }

  /** Everything that is connected must have been closed before. */
  async close(): Promise<void> {
    this.provider.destroy()
    await this.#close()
  }
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, milliseconds = 20_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
