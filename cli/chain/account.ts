import { OpineError } from '@opine/dispute-game/errors.ts'
import { formatUnits, NonceManager, type Provider, type Signer, type TransactionRequest, type TransactionResponse } from 'ethers'

/** @property maxFee  wei for a unit of gas; null leaves it to the node */
export type Bounds = { readonly confirmations: number; readonly maxFee: bigint | null }

/** An account of the command line: it counts its nonces itself and offers no more for gas than it may. */
export class Account extends NonceManager {
  readonly confirmations: number
  readonly #maxFee: bigint | null

  constructor(signer: Signer, { confirmations, maxFee }: Bounds) {
    super(signer)
    this.confirmations = confirmations
    this.#maxFee = maxFee
  }

  /** @throws {OpineError} `FEE_CAP` if the chain takes more than the cap */
  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    if (this.#maxFee === null) return super.sendTransaction(transaction)
    return super.sendTransaction({ ...transaction, ...(await feesWithin(this.provider!, this.#maxFee)) })
  }
}

type Fees = Pick<TransactionRequest, 'maxFeePerGas' | 'maxPriorityFeePerGas' | 'gasPrice'>

async function feesWithin(provider: Provider, cap: bigint): Promise<Fees> {
  const [{ maxFeePerGas, maxPriorityFeePerGas, gasPrice }, block] = await Promise.all([provider.getFeeData(), provider.getBlock('latest')])
  const least = block?.baseFeePerGas ?? gasPrice ?? 0n
  if (least > cap) {
    const gwei = (wei: bigint): string => `${formatUnits(wei, 'gwei')} gwei`
    const message = `gas costs ${gwei(least)} now, above --max-fee ${gwei(cap)}; nothing was sent: wait, or raise --max-fee`
    throw new OpineError('FEE_CAP', message, { cap: String(cap), baseFee: String(least) })
  }
  const within = (fee: bigint | null): bigint => (fee !== null && fee < cap ? fee : cap)
  if (maxFeePerGas === null) return { gasPrice: within(gasPrice) }
  return { maxFeePerGas: within(maxFeePerGas), maxPriorityFeePerGas: within(maxPriorityFeePerGas) }
}
