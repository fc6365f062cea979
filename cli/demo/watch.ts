import { formatRevert, revertOf } from '@opine/node-kit/revert.ts'
import type { Contract, Interface, JsonRpcProvider, LogDescription, TransactionReceipt, TransactionResponse } from 'ethers'

/** An event of one of the protocol's contracts. */
export type Happening = { readonly contract: string; readonly name: string; readonly args: LogDescription['args'] }

/**
 * A transaction as it was mined.
 * @property number   counted from 1, in the chain's order
 * @property contract name of the contract that was called, `other` for none of ours
 * @property method   name of the function
 * @property refusal  why it was refused, null if it was not
 */
export type Move = {
  readonly number: number
  readonly block: number
  readonly time: number
  readonly from: string
  readonly contract: string
  readonly method: string
  readonly gas: bigint
  readonly fee: bigint
  readonly refusal: string | null
  readonly happenings: readonly Happening[]
}

/** Reads the chain block by block and keeps what concerns the contracts. */
export class ChainWatch {
  readonly moves: Move[] = []
  readonly #provider: JsonRpcProvider
  readonly #contracts: ReadonlyMap<string, readonly [string, Interface]>
  #next: number

  /** @param fromBlock first block that is read */
  constructor(provider: JsonRpcProvider, contracts: Readonly<Record<string, Contract>>, fromBlock: number) {
    this.#provider = provider
    this.#contracts = new Map(
      Object.entries(contracts).map(([name, contract]) => [String(contract.target).toLowerCase(), [name, contract.interface]]),
    )
    this.#next = fromBlock
  }

  /** Reads up to the newest block and gives what is new. */
  async read(): Promise<Move[]> {
    const newest = await this.#provider.getBlockNumber()
    const before = this.moves.length
    for (; this.#next <= newest; this.#next++) {
      const block = (await this.#provider.getBlock(this.#next, true))!
      for (const transaction of block.prefetchedTransactions) {
        const receipt = (await this.#provider.getTransactionReceipt(transaction.hash))!
        this.moves.push(await this.#moveOf(transaction, receipt, block.timestamp))
      }
    }
    return this.moves.slice(before)
  }

  /** The newest event of this name that satisfies the condition. */
  find(name: string, holds: (args: LogDescription['args']) => boolean = () => true): LogDescription['args'] | undefined {
    return this.#all().findLast((happening) => happening.name === name && holds(happening.args))?.args
  }

  /** How many events of this name satisfy the condition. */
  count(name: string, holds: (args: LogDescription['args']) => boolean): number {
    return this.#all().filter((happening) => happening.name === name && holds(happening.args)).length
  }

  #all = (): Happening[] => this.moves.flatMap(({ happenings }) => happenings)

  async #moveOf(transaction: TransactionResponse, receipt: TransactionReceipt, time: number): Promise<Move> {
    const [contract, known] = this.#contracts.get(transaction.to?.toLowerCase() ?? '') ?? ['other', undefined]
    const happenings = receipt.logs.flatMap((log): Happening[] => {
      const [name, abi] = this.#contracts.get(log.address.toLowerCase()) ?? []
      const event = abi?.parseLog(log)
      return name !== undefined && event ? [{ contract: name, name: event.name, args: event.args }] : []
    })
    return {
      number: this.moves.length + 1,
      block: receipt.blockNumber,
      time,
      from: transaction.from,
      contract,
      method: known?.parseTransaction({ data: transaction.data })?.name ?? (transaction.to === null ? 'create' : 'transfer'),
      gas: receipt.gasUsed,
      fee: receipt.gasUsed * receipt.gasPrice,
      refusal: receipt.status === 1 ? null : await this.#refusalOf(transaction),
      happenings,
    }
  }

  /** A receipt does not say why; the same call, made again as of the block before, does mostly. */
  async #refusalOf({ to, from, data, value, blockNumber }: TransactionResponse): Promise<string> {
    try {
      await this.#provider.call({ to, from, data, value, blockTag: blockNumber! - 1 })
      return 'overtaken by another transaction'
    } catch (error) {
      const revert = revertOf(error)
      return revert ? formatRevert(revert) : 'reverted'
    }
  }
}
