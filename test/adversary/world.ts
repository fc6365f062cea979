import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { type Eip1193Provider, Interface, type Result } from 'ethers'
import hre from 'hardhat'
import { tinyInput, tinyProgram } from '../model/tiny-program.ts'
import { Arena, ETHER, TERMS } from '../support/arena.ts'
import { providerOn } from '../support/embedded-chain.ts'
import { HONEST, LIARS } from './plan.ts'

const ABIS = {
  oracle: new Interface(InferenceOracle.abi),
  game: new Interface(DisputeGame.abi),
  claims: new Interface(RewardClaims.abi),
  operators: new Interface(OperatorRegistry.abi),
} as const
export type Target = keyof typeof ABIS

/** Something to be sent. @property name  of the function */
export type Deed = {
  readonly who: number
  readonly to: Target
  readonly name: string
  readonly args: readonly unknown[]
  readonly value?: bigint
}
type Log = { readonly address: string; readonly topics: string[]; readonly data: string; readonly transactionHash: string }
export type Happening = { readonly name: string; readonly args: Result }

/** Gas that each transaction is given. Gas costs nothing here, so that what people own tells alone what the protocol gave and took. */
const GAS = '0xf00000'
/** When schedules begin, unix seconds; later than any machine's clock. */
const START = 4_000_000_000
const STAKE = 20n * ETHER

/** An embedded chain with the protocol and a tiny program on it, on which many schedules are played, each undone afterwards. */
export class World {
  readonly raw: Eip1193Provider
  readonly arena: Arena
  readonly #truths = new Map<number, Trace>()
  readonly #lies = new Map<string, Trace>()

  private constructor(raw: Eip1193Provider, arena: Arena) {
    this.raw = raw
    this.arena = arena
  }

  static async create(): Promise<World> {
    const { provider } = await hre.network.create({ override: { initialBaseFeePerGas: 0, gasPrice: 0n } })
    const raw = provider as unknown as Eip1193Provider
    const world = new World(raw, await Arena.create(tinyProgram(), { ...TERMS, levels: 1 }, providerOn(raw)))
    for (const who of [HONEST, ...LIARS]) await world.arena.stake(who, STAKE)
    await raw.request({ method: 'evm_setNextBlockTimestamp', params: [START] })
    await raw.request({ method: 'evm_mine', params: [] })
    return world
  }

  truth(input: number): Trace {
    const known = this.#truths.get(input) ?? this.arena.truth(tinyInput(input))
    this.#truths.set(input, known)
    return known
  }

  lie(input: number, lie: string): Trace {
    const key = `${input} ${lie}`
    const known = this.#lies.get(key) ?? tellLie(this.truth(input), parseLie(lie)).trace
    this.#lies.set(key, known)
    return known
  }

  /** Reads a view as of the latest block. */
  async read(to: Target, name: string, ...args: readonly unknown[]): Promise<Result> {
    const call = { to: this.#at(to), data: ABIS[to].encodeFunctionData(name, args) }
    return ABIS[to].decodeFunctionResult(name, await this.raw.request({ method: 'eth_call', params: [call, 'latest'] }))
  }

  /** Sends a deed. @returns undefined if it is mined and not refused, else the refusal */
  async send({ who, to, name, args, value = 0n }: Deed): Promise<string | undefined> {
    const data = ABIS[to].encodeFunctionData(name, args)
    const transaction = {
      from: this.arena.addresses[who],
      to: this.#at(to),
      data,
      gas: GAS,
      gasPrice: '0x0',
      value: `0x${value.toString(16)}`,
    }
    await this.after(1)
    try {
      await this.raw.request({ method: 'eth_sendTransaction', params: [transaction] })
      return undefined
    } catch (error) {
      return String((error as Error).message)
    }
  }

  /** All that the protocol's contracts said since a block, in order. */
  async happenings(fromBlock: number): Promise<Happening[]> {
    const targets = Object.keys(ABIS) as Target[]
    const of = new Map(targets.map((name) => [this.#at(name).toLowerCase(), ABIS[name]]))
    const filter = { fromBlock: `0x${fromBlock.toString(16)}`, toBlock: 'latest', address: [...of.keys()] }
    const logs: Log[] = await this.raw.request({ method: 'eth_getLogs', params: [filter] })
    return logs.flatMap((log) => {
      const event = of.get(log.address.toLowerCase())!.parseLog(log)
      return event ? [{ name: event.name, args: event.args }] : []
    })
  }

  async head(): Promise<{ readonly number: number; readonly time: number }> {
    const block = await this.raw.request({ method: 'eth_getBlockByNumber', params: ['latest', false] })
    return { number: Number(block.number), time: Number(block.timestamp) }
  }

  /** Says when the next block comes: the machine's own clock must not decide anything. */
  async after(seconds: number): Promise<void> {
    const { time } = await this.head()
    await this.raw.request({ method: 'evm_setNextBlockTimestamp', params: [time + seconds] })
  }

  async mine(seconds: number): Promise<void> {
    await this.after(seconds)
    await this.raw.request({ method: 'evm_mine', params: [] })
  }

  snapshot = (): Promise<string> => this.raw.request({ method: 'evm_snapshot', params: [] })
  revert = (id: string): Promise<boolean> => this.raw.request({ method: 'evm_revert', params: [id] })

  /** What an account owns: wallet, stake, what unbonds, payouts; bonds in games are not in it. */
  async wealth(who: number): Promise<bigint> {
    const address = this.arena.addresses[who]!
    const [[stake], [unbonding], [payout], wallet] = await Promise.all([
      this.read('operators', 'stakeOf', address),
      this.read('operators', 'unbondingOf', address),
      this.read('operators', 'payoutOf', address),
      this.balance(address),
    ])
    return wallet + stake + unbonding + payout
  }

  balance = async (address: string): Promise<bigint> =>
    BigInt(await this.raw.request({ method: 'eth_getBalance', params: [address, 'latest'] }))

  #at = (name: Target): string => this.arena.deployment[name]
}
