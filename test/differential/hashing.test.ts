import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { runCli } from '@opine/cli/run.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { type PairHasher, pairHasher, usePairHasher, wasmHasher } from '@opine/dispute-game/merkle/pair-hasher.ts'
import { rootOf, tensorTree, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { Random } from '@opine/models/ir/random.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { nativeHasher, useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

/** The prebuilt package's own list; elsewhere WebAssembly stays, and there is nothing to compare. */
const PREBUILT = ['linux x64', 'linux arm64', 'darwin arm64', 'win32 x64']
const here = `${process.platform} ${process.arch}`
const skip = PREBUILT.includes(here) ? false : `no native hasher is built for ${here}`

function hashed(hasher: PairHasher, level: Uint8Array): string {
  const above = new Uint8Array(level.length / 2)
  hasher.hashInto(level, above)
  return toHex(above)
}

const nodesOwn: PairHasher = {
  name: 'Node',
  hashInto: (level, above) => {
    for (let at = 0; at < above.length; at += 32) {
      above.set(
        createHash('sha256')
          .update(level.subarray(2 * at, 2 * at + 64))
          .digest(),
        at,
      )
    }
  },
}

const quiet = { debug: () => {}, warn: () => {} }

describe('hashing in WebAssembly, natively, and by Node itself', () => {
  after(() => usePairHasher(wasmHasher))

  it('agrees on random levels of every size up to 130 pairs and on larger ones, wherever in memory', { skip }, () => {
    const random = new Random(1)
    const sizes = [...Array.from({ length: 130 }, (_, i) => i + 1), 255, 256, 257, 1000, 4096, 4099, 8191]
    for (const pairs of sizes) {
      const shift = random.below(65)
      const level = random.bytes(64 * pairs + shift).subarray(shift)
      const expected = hashed(nodesOwn, level)
      expect(hashed(wasmHasher, level), `${pairs} pairs in WebAssembly`).to.equal(expected)
      expect(hashed(nativeHasher(), level), `${pairs} pairs natively`).to.equal(expected)
    }
  })

  it('gives trees with the same nodes at every level, padding included', { skip }, () => {
    const random = new Random(2)
    for (let round = 0; round < 60; round++) {
      const leaves = random.bytes(random.between(1, 32 * random.between(1, 600)))
      const build = () => (round % 3 === 0 ? treeOfLeaves(leaves, 15) : tensorTree(leaves))
      const trees = [wasmHasher, nativeHasher(), nodesOwn].map((hasher) => {
        usePairHasher(hasher)
        return build().levels.map((level) => Buffer.from(level).toString('base64'))
      })
      expect(trees[1], `${leaves.length} bytes natively`).to.deep.equal(trees[0])
      expect(trees[2], `${leaves.length} bytes by Node`).to.deep.equal(trees[0])
    }
  })

  it('is native in the command line and in both daemons', { skip }, async () => {
    usePairHasher(wasmHasher)
    expect(await runCli(['model', 'show', 'absent.onnx'])).to.equal(1)
    expect(pairHasher().name).to.equal('native')
    const folder = mkdtempSync(join(tmpdir(), 'opine-hash-'))
    try {
      const deployment = join(folder, 'deployment.json')
      const at = (last: number): string => `0x${String(last).padStart(40, '0')}`
      const protocol = { models: at(1), operators: at(2), oracle: at(3), game: at(4), claims: at(5), verifier: at(6), validator: at(7) }
      const contracts = { ...protocol, governance: at(8), parameters: at(9), attestations: at(10) }
      writeDeployment(deployment, { chainId: 1, block: 0, ...contracts })
      for (const daemon of ['oracle-node', 'challenger']) {
        const flags = ['--rpc', 'ws://127.0.0.1:1', '--deployment', deployment, '--model', 'absent.onnx', '--log-level', 'debug']
        expect((await opine([daemon, 'run', ...flags])).stderr).to.match(/hashingNatively\n[\s\S]*error \w+: /)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('stays in WebAssembly, and says so, where the native package is missing, broken or wrong', () => {
    usePairHasher(wasmHasher)
    const root = toHex(rootOf(tensorTree(new Uint8Array(1000).fill(7))))
    const missing = () =>
      nativeHasher(() => {
        throw new Error('Cannot find module\nRequire stack: ...')
      })
    const empty = () => nativeHasher(() => ({}))
    const throwing = () => nativeHasher(() => ({ hashInto: () => nodesOwn.hashInto(new Uint8Array(64), undefined as never) }))
    // Right but for the pairs after the last full eight, as code with a broken tail would be.
    const wrong = () =>
      nativeHasher(() => ({
        hashInto: (level: Uint8Array, above: Uint8Array) => {
          nodesOwn.hashInto(level, above)
          if (above.length > 8 * 32 && above.length % (8 * 32) !== 0) above[above.length - 1]! ^= 1
        },
      }))
    const cases: [() => PairHasher, string, string][] = [
      [missing, 'NATIVE_HASH_MISSING', '(Cannot find module)'],
      [empty, 'NATIVE_HASH_MISSING', 'no function hashInto'],
      [throwing, 'HASHER_WRONG', 'fails on a level of 1 pairs'],
      [wrong, 'HASHER_WRONG', 'gives no SHA-256 for pair 8 of 9'],
    ]
    for (const [hasher, code, fact] of cases) {
      const lines: unknown[] = []
      expect(useNativeHashing({ ...quiet, warn: (event, fields) => lines.push({ event, ...fields }) }, hasher)).to.equal(false)
      expect(lines).to.have.length(1)
      expect(lines[0]).to.include({ event: 'notHashingNatively', code })
      expect((lines[0] as { message: string }).message).to.include(fact)
      expect(pairHasher()).to.equal(wasmHasher)
      expect(toHex(rootOf(tensorTree(new Uint8Array(1000).fill(7))))).to.equal(root)
    }
    expect(() => usePairHasher({ ...nodesOwn, hashInto: () => {} })).to.throw(OpineError, 'gives no SHA-256 for pair 0 of 1')
  })
})
