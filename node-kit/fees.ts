import type { AbstractProvider } from 'ethers'

/** EIP-1559 fees, wei for each gas. */
export type Fees = { readonly maxFee: bigint; readonly tip: bigint }

/** Room for two full blocks' worth of doubling and some more; what is not needed is not paid. */
export async function currentFees(provider: AbstractProvider, cap: bigint): Promise<Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = await provider.getFeeData()
  return capped({ maxFee: maxFeePerGas ?? gasPrice ?? 0n, tip: maxPriorityFeePerGas ?? 0n }, cap)
}

/**
 * Fees for a version that takes the place of another. Nodes accept none that offers less than a tenth more of both.
 * @returns null if the cap does not allow as much
 */
export function bumpedFees(before: Fees, current: Fees, cap: bigint): Fees | null {
  const more = (fee: bigint): bigint => (fee * 9n) / 8n + 1n
  if (more(before.maxFee) > cap) return null
  return capped({ maxFee: greatest(current.maxFee, more(before.maxFee)), tip: greatest(current.tip, more(before.tip)) }, cap)
}

function capped({ maxFee, tip }: Fees, cap: bigint): Fees {
  const most = least(maxFee, cap)
  return { maxFee: most, tip: least(tip, most) }
}

function least(a: bigint, b: bigint): bigint {
  if (b < a) return b
  return a
}

function greatest(a: bigint, b: bigint): bigint {
  if (b > a) return b
  return a
}
