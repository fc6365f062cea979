import { formatEther } from 'ethers'

/** Wei as ether with at most six digits behind the point. */
export function etherText(wei: bigint): string {
  const [whole, fraction = ''] = formatEther(wei).split('.')
  const short = fraction.slice(0, 6).replace(/0+$/, '')
  return short === '' ? `${whole} ETH` : `${whole}.${short} ETH`
}
