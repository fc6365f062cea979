import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { toHex } from './hex.ts'
import { tensorRoots } from './roots.ts'
import { WORD } from './sha256.ts'
import { rootOf, tensorTree } from './tree.ts'

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

function expectRoots(buffers: readonly (Uint8Array | null)[]): void {
  const roots = tensorRoots(buffers)
  expect(roots.length).to.equal(WORD * buffers.length)
  buffers.forEach((bytes, index) => {
    const expected = bytes === null ? new Uint8Array(WORD) : rootOf(tensorTree(bytes))
    const found = roots.subarray(WORD * index, WORD * (index + 1))
    expect(toHex(found), `buffer ${index} of ${bytes?.length} bytes`).to.equal(toHex(expected))
  })
}

describe('tensor roots', () => {
  it('are those of the trees, for one buffer of any length', () => {
    for (let length = 1; length <= 6000; length += length < 140 ? 1 : 61) expectRoots([random(length)])
  })
  it('are those of the trees, for buffers that are hashed in parts', () => {
    // Around a part, several of them, and several levels of parts; whole words, whole pairs, and neither.
    for (const words of [64, 65, 128, 129, 4095, 4096, 4097, 8192, 12_289, 70_001, 262_145]) {
      for (const less of [0, 1, 31]) expectRoots([random(WORD * words - less)])
    }
  })
  it('are those of the trees, for many buffers at once, some of which are not wanted', () => {
    for (let round = 0; round < 30; round++) {
      const lengths = Array.from({ length: 1 + (round % 9) }, () => Math.ceil(2 ** (Math.random() * 18)))
      expectRoots(lengths.map((length) => (length % 5 === 0 ? null : random(length))))
    }
    expectRoots([])
    expectRoots([null])
  })
  it('leave the buffers as they are, and refuse an empty one', () => {
    const bytes = random(200_000)
    const before = toHex(bytes)
    tensorRoots([bytes])
    expect(toHex(bytes)).to.equal(before)
    expect(() => tensorRoots([null, new Uint8Array(0)])).to.throw('buffer 1 is empty')
  })
})
