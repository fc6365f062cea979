import { randomBytes, randomInt } from 'node:crypto'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { equalBytes } from './bytes.ts'
import { multiProof, rootFromMultiProof, verifyMultiProof, wordsAt } from './multiproof.ts'
import { nodeAt, rootOf, type Tree, tensorTree } from './tree.ts'

const subset = (width: number, chance: number): number[] => {
  const picked = Array.from({ length: width }, (_, i) => i).filter(() => randomInt(1000) < chance * 1000)
  return picked.length > 0 ? picked : [randomInt(width)]
}

/** The siblings by definition: nodes at a level that are not derivable while their sibling is. */
function plainSiblings(tree: Tree, indices: readonly number[]): Uint8Array[] {
  const siblings: Uint8Array[] = []
  let derivable = new Set(indices)
  for (let depth = tree.depth; depth > 0; depth--) {
    for (let i = 0; i < 2 ** depth; i++) {
      if (!derivable.has(i) && derivable.has(i ^ 1)) siblings.push(nodeAt(tree, 2 ** depth + i))
    }
    derivable = new Set([...derivable].map((i) => i >> 1))
  }
  return siblings
}

describe('multi-proof', () => {
  it('of random index sets has the siblings of the definition, in order, and verifies', () => {
    for (let round = 0; round < 120; round++) {
      const tree = tensorTree(new Uint8Array(randomBytes(1 + randomInt(32 * 70))))
      const indices = subset(2 ** tree.depth, [0.05, 0.3, 0.9, 1][round % 4]!)
      const proof = multiProof(tree, indices)
      expect(proof).to.deep.equal(plainSiblings(tree, indices))
      expect(verifyMultiProof(rootOf(tree), tree.depth, indices, wordsAt(tree, indices), proof)).to.equal(true)
    }
  })

  it('fails with any word, sibling, index or depth changed', () => {
    for (let round = 0; round < 60; round++) {
      const tree = tensorTree(new Uint8Array(randomBytes(32 * (3 + randomInt(60)))))
      const indices = subset(2 ** tree.depth, 0.2)
      const words = wordsAt(tree, indices)
      const proof = multiProof(tree, indices)
      const check = (at: readonly number[], leaves: readonly Uint8Array[], siblings: readonly Uint8Array[], depth = tree.depth): boolean =>
        verifyMultiProof(rootOf(tree), depth, at, leaves, siblings)
      const tamper = (list: readonly Uint8Array[]): Uint8Array[] => {
        const copy = list.map((node) => node.slice())
        copy[randomInt(copy.length)]![randomInt(32)]! ^= 1 << randomInt(8)
        return copy
      }
      expect(check(indices, tamper(words), proof)).to.equal(false)
      if (proof.length > 0) {
        expect(check(indices, words, tamper(proof))).to.equal(false)
        expect(check(indices, words, proof.slice(1))).to.equal(false)
      }
      expect(check(indices, words, [...proof, new Uint8Array(32)])).to.equal(false)
      expect(check(indices, words, proof, tree.depth + 1)).to.equal(false)
      expect(check(indices, words, proof, tree.depth - 1)).to.equal(false)
      const free = Array.from({ length: 2 ** tree.depth }, (_, i) => i).find((i) => !indices.includes(i))
      if (free !== undefined && !equalBytes(wordsAt(tree, [free])[0]!, words[0]!)) {
        const moved = [...indices.slice(1), free].sort((a, b) => a - b)
        expect(check(moved, words, proof)).to.equal(false)
      }
    }
  })

  it('names what is wrong with its form', () => {
    const tree = tensorTree(new Uint8Array(randomBytes(128)))
    for (const bad of [[], [1, 1], [2, 1], [4], [-1], [0.5]]) {
      expect(() => multiProof(tree, bad)).to.throw('strictly ascending')
    }
    expect(() => rootFromMultiProof(2, [0], wordsAt(tree, [0]), [])).to.throw('needs more than its 0 siblings')
    expect(() => rootFromMultiProof(2, [0, 1], wordsAt(tree, [0]), [])).to.throw('2 indices, but 1 words')
    expect(() => rootFromMultiProof(0, [0], [new Uint8Array(31)], [])).to.throw('32 bytes')
  })
})
