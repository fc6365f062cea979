import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { equalBytes } from './bytes.ts'
import { fromHex, toHex } from './hex.ts'
import { descendant, positionOf, ROOT } from './position.ts'
import { hashPairs, sha256 } from './sha256.ts'
import { TAG_SALT } from './tags.ts'
import { branch, depthFor, descendants, leafAt, nodeAt, paddedTree, rootFromBranch, rootOf, tensorTree, treeOfLeaves } from './tree.ts'

/** Straight from the definition, over Node's own SHA-256. */
function plainRoot(words: readonly Uint8Array[]): Uint8Array {
  if (words.length === 1) return words[0]!
  const half = words.length / 2
  const hash = createHash('sha256')
    .update(plainRoot(words.slice(0, half)))
    .update(plainRoot(words.slice(half)))
  return new Uint8Array(hash.digest())
}

function plainWords(bytes: Uint8Array): Uint8Array[] {
  const count = 2 ** Math.ceil(Math.log2(Math.ceil(bytes.length / 32)))
  const padded = new Uint8Array(count * 32)
  padded.set(bytes)
  return Array.from({ length: count }, (_, i) => padded.slice(32 * i, 32 * i + 32))
}

describe('SHA-256', () => {
  it('equals Node for all lengths around its block and buffer sizes, in one part or several', () => {
    for (const length of [0, 1, 31, 32, 55, 56, 63, 64, 65, 127, 128, 511, 512, 513, 5000]) {
      const bytes = new Uint8Array(randomBytes(length))
      const expected = createHash('sha256').update(bytes).digest('hex')
      expect(toHex(sha256(bytes))).to.equal(`0x${expected}`)
      expect(toHex(sha256(bytes.subarray(0, length >> 1), bytes.subarray(length >> 1)))).to.equal(`0x${expected}`)
    }
  })
  it('hashes the pairs of a level', () => {
    for (const pairs of [1, 3, 4, 5, 8, 33]) {
      const level = new Uint8Array(randomBytes(64 * pairs))
      const above = new Uint8Array(32 * pairs)
      hashPairs(level, above)
      for (let i = 0; i < pairs; i++) {
        expect(equalBytes(above.subarray(32 * i, 32 * i + 32), sha256(level.subarray(64 * i, 64 * i + 64)))).to.equal(true)
      }
    }
  })
  it('makes tags by name', () => {
    expect(toHex(TAG_SALT)).to.equal(`0x${createHash('sha256').update('opine.salt.v1').digest('hex')}`)
  })
})

describe('tensor tree', () => {
  it('has the root of the definition for every length up to 40 words', () => {
    for (let length = 1; length <= 1280; length += length < 70 ? 1 : 37) {
      const bytes = new Uint8Array(randomBytes(length))
      const tree = tensorTree(bytes)
      expect(toHex(rootOf(tree)), `${length} bytes`).to.equal(toHex(plainRoot(plainWords(bytes))))
      expect(tree.levels.length).to.equal(tree.depth + 1)
    }
  })
  it('is the word itself at depth 0', () => {
    expect(toHex(rootOf(tensorTree(Uint8Array.of(7))))).to.equal(`0x07${'00'.repeat(31)}`)
  })
  it('changes its root with any flipped bit', () => {
    const bytes = new Uint8Array(randomBytes(333))
    const root = rootOf(tensorTree(bytes))
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const flipped = bytes.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(equalBytes(rootOf(tensorTree(flipped)), root)).to.equal(false)
    }
  })
  it('takes padding that is not zero as given', () => {
    const words = new Uint8Array(128)
    words.set(randomBytes(70))
    const honest = rootOf(tensorTree(words.subarray(0, 70)))
    expect(equalBytes(rootOf(paddedTree(words)), honest)).to.equal(true)
    words[127] = 1
    expect(equalBytes(rootOf(paddedTree(words)), honest)).to.equal(false)
    expect(() => paddedTree(new Uint8Array(96))).to.throw('power of two')
  })
  it('opens every leaf, and no branch fits another index or depth', () => {
    const tree = tensorTree(new Uint8Array(randomBytes(32 * 13)))
    for (let index = 0; index < 16; index++) {
      const siblings = branch(tree, index)
      expect(equalBytes(rootFromBranch(leafAt(tree, index), index, siblings), rootOf(tree))).to.equal(true)
      const other = index < 13 ? (index + 1) % 13 : 0
      expect(equalBytes(rootFromBranch(leafAt(tree, index), other, siblings), rootOf(tree))).to.equal(false)
      expect(equalBytes(rootFromBranch(leafAt(tree, index), index >> 1, siblings.slice(1)), rootOf(tree))).to.equal(false)
    }
    expect(() => branch(tree, 16)).to.throw('no node 16')
    expect(() => rootFromBranch(leafAt(tree, 0), 16, branch(tree, 0))).to.throw('no leaf 16')
  })
  it('lists descendants whose own tree has the node as its root', () => {
    const tree = tensorTree(new Uint8Array(randomBytes(32 * 64)))
    const nodes = descendants(tree, positionOf(2, 1), 3)
    expect(equalBytes(plainRoot(nodes), nodeAt(tree, positionOf(2, 1)))).to.equal(true)
    nodes.forEach((node, i) => {
      expect(equalBytes(node, nodeAt(tree, descendant(positionOf(2, 1), 3, i)))).to.equal(true)
    })
    expect(() => descendants(tree, ROOT, 7)).to.throw('no node')
  })
  it('refuses no leaves and too many', () => {
    expect(() => treeOfLeaves(new Uint8Array(0), 0)).to.throw('1 to 32 bytes')
    expect(() => treeOfLeaves(new Uint8Array(96), 1)).to.throw('1 to 64 bytes')
    expect([1, 2, 3, 4, 5, 1024, 1025].map(depthFor)).to.deep.equal([0, 1, 2, 2, 3, 10, 11])
    expect(() => depthFor(0)).to.throw('at least one')
  })
})

describe('hex', () => {
  it('goes there and back and refuses what is none', () => {
    const bytes = new Uint8Array(randomBytes(40))
    expect(fromHex(toHex(bytes))).to.deep.equal(bytes)
    for (const bad of ['', '0x1', '12', '0xzz', '0x 1']) expect(() => fromHex(bad)).to.throw('hexadecimal')
    expect(() => fromHex('0x00', 2)).to.throw('expected 2 bytes')
  })
})
