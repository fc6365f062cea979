import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider, Block } from 'ethers'

/**
 * The latest block of a node.
 * @throws {OpineError} `NODE_BLOCKLESS` where it names none, as nodes do that begin to synchronise
 */
export async function latestBlock(provider: AbstractProvider): Promise<Block> {
  const block = await provider.getBlock('latest')
  if (block?.hash) return block
  throw new OpineError('NODE_BLOCKLESS', 'the node names no latest block; wait until it is synced, or give --rpc another one')
}
