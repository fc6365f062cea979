import { before, test } from 'node:test'
import { MerkleHarness } from '@opine/abi/generated/MerkleHarness.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import { TAG_BUFFER } from '@opine/dispute-game/merkle/tags.ts'
import { branch, depthFor, rootOf, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { Random } from '@opine/models/ir/random.ts'
import { expect } from 'chai'
import { BrowserProvider, Contract, ContractFactory } from 'ethers'
import hre from 'hardhat'

let harness: Contract
const call = (name: string, ...args: unknown[]) => harness.getFunction(name).staticCall(...args)

before(async () => {
  const chain = await hre.network.create()
  const provider = new BrowserProvider(chain.provider, undefined, { cacheTimeout: -1 })
  provider.pollingInterval = 20
  const factory = new ContractFactory(MerkleHarness.abi, MerkleHarness.bytecode, await provider.getSigner())
  const deployed = await factory.deploy()
  await deployed.waitForDeployment()
  harness = new Contract(await deployed.getAddress(), MerkleHarness.abi, provider)
})

test('pairs and buffer leaves hash as in TypeScript', async () => {
  const random = new Random(1)
  for (let round = 0; round < 20; round++) {
    const [a, b] = [random.bytes(32), random.bytes(32)]
    expect(await call('hashPair', a, b)).to.equal(toHex(sha256(a, b)))
    expect(await call('bufferLeaf', a, b)).to.equal(toHex(sha256(TAG_BUFFER, a, b)))
  }
})

test('depths are those of the trees', async () => {
  for (let count = 1; count <= 70; count++) expect(await call('depthOf', count)).to.equal(BigInt(depthFor(count)))
  for (const count of [2 ** 17, 2 ** 17 + 1, 2 ** 31 - 1]) expect(await call('depthOf', count)).to.equal(BigInt(depthFor(count)))
  await expectRevert(call('depthOf', 0))
})

test('a path leads to the root at its own index and nowhere else', async () => {
  const random = new Random(2)
  for (const count of [1, 2, 3, 4, 5, 8, 9, 23]) {
    const leaves = Array.from({ length: count }, () => random.bytes(32))
    const tree = treeOfLeaves(concatBytes(...leaves), depthFor(count))
    const root = toHex(rootOf(tree))
    const index = random.below(count)
    const leaf = toHex(leaves[index]!)
    const siblings = branch(tree, index).map(toHex)
    const [found] = await call('rootOf', leaf, index, siblings)
    expect(found).to.equal(root)
    expect(await call('contains', root, count, index, leaf, siblings)).to.equal(true)
    // An index past the depth leads the same way and must be refused, as must every other index, depth, leaf and sibling.
    expect((await call('rootOf', leaf, index + 2 ** siblings.length, siblings))[0]).to.equal(root)
    expect(await call('contains', root, count, index + 2 ** siblings.length, leaf, siblings)).to.equal(false)
    for (let other = 0; other < count; other++) {
      if (other !== index) expect(await call('contains', root, count, other, leaf, siblings)).to.equal(false)
    }
    expect(await call('contains', root, count, index, leaf, [...siblings, toHex(random.bytes(32))])).to.equal(false)
    expect(await call('contains', root, count, index, toHex(random.bytes(32)), siblings)).to.equal(false)
    if (siblings.length === 0) continue
    expect(await call('contains', root, count, index, leaf, siblings.with(0, toHex(random.bytes(32))))).to.equal(false)
    const parent = index % 2 === 0 ? sha256(leaves[index]!, branch(tree, index)[0]!) : sha256(branch(tree, index)[0]!, leaves[index]!)
    expect(await call('contains', root, count, index >> 1, toHex(parent), siblings.slice(1))).to.equal(false)
  }
})

test('a padding leaf past the last one is refused', async () => {
  const tree = treeOfLeaves(new Uint8Array(96).fill(1), 2)
  const args = [toHex(rootOf(tree)), 3, 3, toHex(new Uint8Array(32)), branch(tree, 3).map(toHex)]
  expect(await call('contains', ...args)).to.equal(false)
  expect(await call('contains', ...args.with(1, 4))).to.equal(true)
})

test('a level of a path costs less than 320 gas', async () => {
  const siblings = Array.from({ length: 32 }, (_, level) => toHex(sha256(Uint8Array.of(level))))
  const [, gas] = await call('rootOf', siblings[0], 0x5a5a5a5a, siblings)
  expect(Number(gas) / 32).to.be.lessThan(320)
})

async function expectRevert(promise: Promise<unknown>): Promise<void> {
  let failed = false
  await promise.catch(() => {
    failed = true
  })
  expect(failed).to.equal(true)
}
