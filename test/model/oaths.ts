import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { branch, depthFor, rootOf, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { factsOf, type Ground } from '@opine/dispute-game/model/ground.ts'
import type { ModelGame } from '@opine/dispute-game/model/state.ts'
import { keccak256 } from 'ethers'
import type { Arena } from '../support/arena.ts'

/** The interior list of the game's segment by a book. */
export const interiorOf = (ground: Ground, { kernel }: ModelGame, book: number): readonly Uint8Array[] => {
  const { first, length } = factsOf(ground, kernel)
  return ground.books[book]!.interior(first, length)
}

/** The root over that list. */
export const interiorRoot = (ground: Ground, game: ModelGame, book: number): Uint8Array => {
  const roots = interiorOf(ground, game, book)
  return rootOf(treeOfLeaves(concatBytes(...roots), depthFor(roots.length)))
}

/** Siblings of a kernel in that list, bottom up. */
export const interiorBranch = (ground: Ground, game: ModelGame, book: number, kernel: number): Uint8Array[] => {
  const roots = interiorOf(ground, game, book)
  return branch(treeOfLeaves(concatBytes(...roots), depthFor(roots.length)), kernel - factsOf(ground, game.kernel).first)
}

/** What a book says at the game's place, under the asserter's signature. */
export async function signed(arena: Arena, account: number, assertionId: string, ground: Ground, game: ModelGame, book: number) {
  const { kernel, element, phase } = game
  if (phase !== 'KERNEL' && phase !== 'LANE') return { list: '0x', signature: '0x' }
  const totals = (): Uint8Array[] => Array.from(ground.books[book]!.totals(kernel, element), (total) => toWord(total))
  const list = concatBytes(...(phase === 'KERNEL' ? interiorOf(ground, game, book) : totals()))
  const { chainId, game: verifyingContract } = arena.deployment
  const domain = { name: 'Opine', version: '1', chainId, verifyingContract }
  const place = phase === 'KERNEL' ? { first: factsOf(ground, kernel).first } : { kernel, element }
  const numbers = Object.keys(place).map((name) => ({ name, type: 'uint32' }))
  const fields = [{ name: 'assertionId', type: 'bytes32' }, ...numbers, { name: 'content', type: 'bytes32' }]
  const content = keccak256(list)
  const types = { [phase === 'KERNEL' ? 'Interior' : 'Totals']: fields }
  const signature = await arena.signers[account]!.signTypedData(domain, types, { assertionId, ...place, content })
  return { list, signature }
}

const toWord = (total: number): Uint8Array => {
  const word = new Uint8Array(32)
  new DataView(word.buffer).setUint32(28, total)
  return word
}
