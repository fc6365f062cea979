import { createHash, hash, randomBytes } from 'node:crypto'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { type PairHasher, pairHasher, usePairHasher, wasmHasher } from '@opine/dispute-game/merkle/pair-hasher.ts'
import { rootOf, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { nativeHasher } from '@opine/node-kit/native-hash.ts'
import { compareTimes } from './measure.ts'
import { digits, milliseconds, ratio, table } from './table.ts'

/** With Node's own one-shot function, a call for each pair. */
const oneShot: PairHasher = {
  name: 'crypto.hash',
  hashInto: (level, above) => {
    for (let at = 0; at < above.length; at += 32) above.set(hash('sha256', level.subarray(2 * at, 2 * at + 64), 'buffer'), at)
  },
}

/** With Node's hash objects, one for each pair. */
const objects: PairHasher = {
  name: 'createHash',
  hashInto: (level, above) => {
    for (let at = 0; at < above.length; at += 32) {
      const pair = level.subarray(2 * at, 2 * at + 64)
      above.set(createHash('sha256').update(pair).digest(), at)
    }
  },
}

/** The hashers of this project that this platform has. */
export function ownHashers(): PairHasher[] {
  try {
    return [nativeHasher(), wasmHasher]
  } catch {
    return [wasmHasher]
  }
}

/** Runs `work` with trees hashed this way. */
export function hashingWith<T>(hasher: PairHasher, work: () => T): T {
  const before = pairHasher()
  usePairHasher(hasher)
  try {
    return work()
  } finally {
    usePairHasher(before)
  }
}

/**
 * The table of hashers: the tree over `bytes` bytes of leaves, from the leaves to the root.
 * @throws {Error} if two of them give different roots
 */
export async function hashingTable(bytes: number, rounds: number): Promise<string[]> {
  const leaves = new Uint8Array(randomBytes(bytes))
  const hashers = [...ownHashers(), oneShot, objects]
  const roots = hashers.map((hasher) => hashingWith(hasher, () => toHex(rootOf(tensorTree(leaves)))))
  if (new Set(roots).size !== 1) throw new Error(`hashers disagree: ${hashers.map(({ name }, i) => `${name} ${roots[i]}`).join(', ')}`)
  const limit = 'one buffer'
  const works: Record<string, () => unknown> = { [limit]: () => hash('sha256', leaves, 'buffer') }
  for (const hasher of hashers) works[hasher.name] = () => hashingWith(hasher, () => tensorTree(leaves))
  const times = await compareTimes(works, rounds)
  const speed = (name: string): number => bytes / times[name]! / 1e6
  const peer = times[objects.name]!
  const rows = hashers.map(({ name }) => [name, milliseconds(times[name]!), `${digits(speed(name))} GB/s`, ratio(peer, times[name]!)])
  return [
    `A tree over ${digits(bytes / 2 ** 20)} MiB of 32-byte leaves, from the leaves to the root; a GB is 10^9 bytes of leaves. The peer is Node's \`createHash\`.`,
    '',
    ...table(['hasher', 'time', 'leaves', 'against createHash'], rows),
    '',
    `The machine's limit: OpenSSL hashes the same bytes as one buffer, in one call, at ${digits(speed(limit))} GB/s. A tree`,
    'hashes one message of 64 bytes, two blocks with its padding, for every 32 bytes of leaves: four times as many bytes. So one stream of blocks, as',
    `OpenSSL has it, could hash a tree at ${digits(speed(limit) / 4)} GB/s at most; the padding's block is known beforehand, and several streams at a time can pass that.`,
  ]
}
