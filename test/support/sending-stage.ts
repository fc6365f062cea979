import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import type { Deed } from '@opine/node-kit/deed.ts'
import { createLog, type Fields } from '@opine/node-kit/log.ts'
import type { SendingTerms } from '@opine/node-kit/pending.ts'
import { SocketProvider } from '@opine/node-kit/provider.ts'
import { RpcSocket } from '@opine/node-kit/rpc.ts'
import { Sender } from '@opine/node-kit/sender.ts'
import { Store } from '@opine/node-kit/store.ts'
import { type Contract, Interface, toQuantity, type Wallet } from 'ethers'
import { startAnvil } from './anvil.ts'
import { account, LocalChain } from './local-chain.ts'
import { Middleman } from './middleman.ts'
import { deployVault } from './vault.ts'

const abi = new Interface(OperatorRegistry.abi as never)
const CHAIN_ID = 31_337n

/** Two nodes that share no code. */
export const NODES = ['embedded', 'anvil'] as const
type NodeKind = (typeof NODES)[number]
type Node = Pick<LocalChain, 'url' | 'provider' | 'signer' | 'autoMine' | 'mine' | 'close'>

async function anvilNode(): Promise<Node> {
  const { provider, url, stop } = await startAnvil({ accounts: 20 })
  return {
    url,
    provider,
    signer: (index) => provider.getSigner(index),
    autoMine: async (on) => void (await provider.send('evm_setAutomine', [on])),
    mine: async (blocks = 1) => {
      for (let i = 0; i < blocks; i++) await provider.send('evm_mine', [])
    },
    close: stop,
  }
}

/** A chain, a vault on it in which anybody can stake, and senders that live one after the other on one store. */
export class SendingStage {
  readonly chain: Node
  readonly proxy: Middleman
  readonly provider: SocketProvider
  readonly lines: (Fields & { readonly event: string })[] = []
  readonly #rpc: RpcSocket
  readonly #vault: Contract
  readonly #folder = mkdtempSync(join(tmpdir(), 'opine-sending-'))
  readonly #log = createLog({
    format: 'json',
    service: 'test',
    minimum: 'debug',
    write: (line) => {
      this.lines.push(JSON.parse(line))
      if (process.env.OPINE_TEST_LOG) process.stderr.write(line)
    },
  })
  #store = 0
  #next = 1

  private constructor(chain: Node, proxy: Middleman, rpc: RpcSocket, vault: Contract) {
    this.chain = chain
    this.proxy = proxy
    this.#rpc = rpc
    this.provider = new SocketProvider(rpc, CHAIN_ID)
    this.#vault = vault
  }

  static async open(kind: NodeKind): Promise<SendingStage> {
    const chain = kind === 'anvil' ? await anvilNode() : await LocalChain.start()
    const proxy = await Middleman.start(chain.url)
    const silent = createLog({ format: 'json', service: 'test', write: () => {} })
    const rpc = await RpcSocket.connect({ url: proxy.url, requestTimeout: 500 }, silent)
    const protocol = [account(0), account(17), account(18), account(19)].map(({ address }) => address)
    return new SendingStage(chain, proxy, rpc, (await deployVault(await chain.signer(0), protocol)).vault)
  }

  /** As if nothing had happened: a new store, and accounts that sent nothing yet. */
  async clear(accounts: number): Promise<Wallet[]> {
    this.proxy.decide(() => 'pass')
    await this.chain.autoMine(true)
    this.lines.length = 0
    this.#store += 1
    this.#next += accounts
    return Array.from({ length: accounts }, (_, index) => account(this.#next - accounts + index))
  }

  /** A life of a sender. @param provider  its node, if it is another than the chain's */
  async life(
    [wallet, ...helpers]: readonly Wallet[],
    work: (sender: Sender, store: Store) => Promise<void>,
    terms: Partial<SendingTerms> = {},
    provider = this.provider,
  ): Promise<void> {
    const store = Store.open(join(this.#folder, `${this.#store}.sqlite`))
    const sender = new Sender(terms, { provider, wallet: wallet!, helpers, store, log: this.#log })
    const timer = setInterval(() => void sender.poll().catch(() => {}), 50)
    try {
      await work(sender, store)
    } finally {
      clearInterval(timer)
      await sender.stop()
      store.close()
    }
  }

  /** Staking a little: whoever sends it is credited. */
  stake = (key: string, more: Partial<Deed> = {}): Deed => ({
    key,
    facts: { kind: 'stake' },
    to: String(this.#vault.target),
    data: abi.encodeFunctionData('stake'),
    value: 1n,
    ...more,
  })

  /** Unstaking what an account staked; refused where another locked it. */
  unstake = (key: string, amount: bigint): Deed => ({
    ...this.stake(key),
    data: abi.encodeFunctionData('beginUnstake', [amount]),
    value: 0n,
  })
  lock = ({ address }: Wallet, amount: bigint) => this.#vault.getFunction('lock')(address, amount)

  /** What accounts staked, each for itself. */
  staked = (wallets: readonly Wallet[]): Promise<number[]> =>
    Promise.all(wallets.map(async ({ address }) => Number((await this.#vault.getFunction('stakeOf')(address)).total)))

  said = (event: string): (Fields & { readonly event: string })[] => this.lines.filter((line) => line.event === event)

  /** The base fee of the next block, wei. */
  baseFee = (wei: bigint): Promise<unknown> => this.chain.provider.send('hardhat_setNextBlockBaseFeePerGas', [toQuantity(wei)])
  give = ({ address }: Wallet, wei: bigint): Promise<unknown> => this.chain.provider.send('hardhat_setBalance', [address, toQuantity(wei)])
  time = async (): Promise<number> => (await this.chain.provider.getBlock('latest'))!.timestamp

  /** The chain's node, as somebody else would tell of it. */
  nodeOf(Provider: typeof SocketProvider): SocketProvider {
    return new Provider(this.#rpc, CHAIN_ID)
  }

  async close(): Promise<void> {
    this.provider.destroy()
    this.#rpc.close()
    await this.proxy.close()
    await this.chain.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
