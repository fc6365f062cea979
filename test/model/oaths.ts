import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { factsOf, type Ground } from '@opine/dispute-game/model/ground.ts'
import type { ModelGame } from '@opine/dispute-game/model/state.ts'
import { Oaths } from '@opine/node-kit/oaths.ts'
import type { Arena } from '../support/arena.ts'

/** The interior list of the game's segment by a book. */
export const interiorOf = (ground: Ground, { kernel }: ModelGame, book: number): readonly Uint8Array[] => {
  const { first, length } = factsOf(ground, kernel)
  return ground.books[book]!.interior(first, length)
}

/** The root over that list. */
export const interiorRoot = (ground: Ground, game: ModelGame, book: number): Uint8Array => {
  const roots = interiorOf(ground, game, book)
  return rootOf(interiorTree(roots))
}

/** Siblings of a kernel in that list, bottom up. */
export const interiorBranch = (ground: Ground, game: ModelGame, book: number, kernel: number): Uint8Array[] => {
  const roots = interiorOf(ground, game, book)
  return branch(interiorTree(roots), kernel - factsOf(ground, game.kernel).first)
}

/** What a book says at the game's place, under the asserter's signature. */
export async function signed(arena: Arena, account: number, assertionId: string, ground: Ground, game: ModelGame, book: number) {
  const { kernel, element, phase } = game
  const oaths = new Oaths(arena.signers[account]!, arena.deployment)
  if (phase === 'KERNEL') {
    const roots = interiorOf(ground, game, book)
    return { list: concatBytes(...roots), signature: await oaths.interior(assertionId, factsOf(ground, kernel).first, roots) }
  }
  if (phase !== 'LANE') return { list: '0x', signature: '0x' }
  const totals = Array.from(ground.books[book]!.totals(kernel, element))
  return { list: concatBytes(...totals.map(toWord)), signature: await oaths.totals(assertionId, kernel, element, totals) }
}

const toWord = (total: number): Uint8Array => {
  const word = new Uint8Array(32)
  new DataView(word.buffer).setUint32(28, total)
  return word
}
