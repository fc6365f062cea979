import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider } from 'ethers'
import { showUrl } from './config.ts'
import { type Contracts, contractsAt } from './contracts.ts'
import type { Deployment } from './deployment.ts'
import type { Log } from './log.ts'
import { SocketProvider } from './provider.ts'
import { type RpcOptions, RpcSocket } from './rpc.ts'

/** A chain with the protocol on it. */
export type Chain = {
  readonly provider: AbstractProvider
  readonly deployment: Deployment
  readonly contracts: Contracts
  /** Hash of the deployment's block: tells two development chains of one chain id apart. */
  readonly origin: string
  /** Levels of a tree that one reveal in a game spans. */
  readonly levels: number
  /** Calls the listener when there may be something new. @returns how to stop that */
  readonly onWake: (listener: () => void) => () => void
  readonly isConnected: () => boolean
  /** Number of the latest block that the node announced; 0 if it announces none. */
  readonly announced: () => number
  /** Whether everybody may be on this machine: a development chain, whose node is reached over the loopback device. */
  readonly onOneMachine: boolean
  readonly close: () => void
}

/**
 * Connects to a node and makes sure that it is the right one.
 * @throws {OpineError} `NODE_UNREACHABLE`; `CHAIN_WRONG` for another chain id; `DEPLOYMENT_ABSENT` where the contracts have no code
 */
export async function openChain(options: RpcOptions, deployment: Deployment, log: Log): Promise<Chain> {
  const rpc = await RpcSocket.connect(options, log)
  const url = showUrl(options.url)
  try {
    const answer = await rpc.request('eth_chainId', [])
    const chainId = 'result' in answer ? Number(answer.result) : Number.NaN
    if (chainId !== deployment.chainId) {
      const message = `the node at ${url} serves chain ${chainId}, but the deployment is on chain ${deployment.chainId}; correct --rpc or --deployment`
      throw new OpineError('CHAIN_WRONG', message, { url, expected: deployment.chainId, found: chainId })
    }
    const provider = new SocketProvider(rpc, BigInt(chainId))
    const origin = await checkCode(provider, deployment, url)
    const close = (): void => {
      provider.destroy()
      rpc.close()
    }
    const contracts = contractsAt(deployment, provider)
    const levels = Number((await contracts.game.read('LEVELS'))[0])
    return {
      provider,
      deployment,
      contracts,
      origin,
      levels,
      onWake: (listener) => rpc.onWake(listener),
      isConnected: () => rpc.connected,
      announced: () => rpc.announced,
      onOneMachine: DEVELOPMENT_CHAINS.includes(chainId) && isLoopback(options.url),
      close,
    }
  } catch (error) {
    rpc.close()
    throw error
  }
}

/** Chain ids of chains that are nobody's but a developer's. */
export const DEVELOPMENT_CHAINS: readonly number[] = [1337, 31_337]

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

async function checkCode(provider: SocketProvider, deployment: Deployment, url: string): Promise<string> {
  for (const name of ['models', 'operators', 'oracle', 'game', 'claims', 'attestations'] as const) {
    if ((await provider.getCode(deployment[name])) !== '0x') continue
    const message = `there is no contract at ${deployment[name]} (${name}) on the chain at ${url}; correct --deployment, or deploy the protocol there`
    throw new OpineError('DEPLOYMENT_ABSENT', message, { url, name, address: deployment[name] })
  }
  const block = await provider.getBlock(deployment.block)
  if (block?.hash) return block.hash
  throw new OpineError('DEPLOYMENT_ABSENT', `the chain at ${url} has no block ${deployment.block}, in which the deployment is said to be`, {
    url,
  })
}
