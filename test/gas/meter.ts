import type { Arena } from '../support/arena.ts'

/** Gas of the last transaction: the embedded chain mines each in a block of its own. */
export async function lastGas(arena: Arena): Promise<number> {
  const block = await arena.provider.getBlock('latest')
  if (block?.transactions.length !== 1) throw new Error(`block ${block?.number} has ${block?.transactions.length} transactions, not one`)
  return Number(block.gasUsed)
}
