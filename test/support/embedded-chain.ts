import { MockUptimeFeed } from '@opine/abi/generated/MockUptimeFeed.ts'
import { BrowserProvider, type Contract, type Eip1193Provider } from 'ethers'
import hre from 'hardhat'
import { deploy } from './deploy.ts'

/** ethers' reading of an embedded chain in this process, asked anew each time. */
export const providerOn = (chain: Eip1193Provider): BrowserProvider =>
  new BrowserProvider(chain, undefined, { cacheTimeout: -1, pollingInterval: 5 })

/** A chain of its own, in this process. */
export const embeddedChain = async (): Promise<BrowserProvider> => providerOn((await hre.network.create()).provider)

/** The same with a sequencer's uptime feed on it, which the test sets. */
export async function chainWithFeed(): Promise<{ readonly provider: BrowserProvider; readonly feed: Contract }> {
  const provider = await embeddedChain()
  return { provider, feed: await deploy(MockUptimeFeed, [], await provider.getSigner(9)) }
}
