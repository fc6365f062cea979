import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Block, Provider } from 'ethers'

/** @throws {OpineError} `NODE_BLOCKLESS` where a node names none, as nodes do that begin to synchronise */
export async function latestBlock(provider: Provider): Promise<Block> {
  const block = await provider.getBlock('latest')
  if (block) return block
  throw new OpineError('NODE_BLOCKLESS', 'the node names no latest block; wait until it is synced, or ask another one')
}
