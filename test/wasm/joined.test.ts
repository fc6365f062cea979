import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { canJoinVectors, type Host, JOINING_ENGINE } from '@opine/models/exec/wasm/node/joining-engine.ts'
import { PLAIN_ENGINE, useEngine } from '@opine/models/exec/wasm/width.ts'
import { expect } from 'chai'
import { fuzz } from './compare.ts'

const ROOT = join(import.meta.dirname, '../..')
const FIRST = 200_000
const PROGRAMS = 450
/** Programs by which V8's pass was seen to compile wrongly what was joined in part. */
const SEEN = [81_274, 410_054, 606_648]

describe('the WebAssembly executor, vectors joined', () => {
  // Where the engine or the processor cannot, the code for it runs all the same, unjoined.
  before(() => useEngine(canJoinVectors() ? JOINING_ENGINE : { ...PLAIN_ENGINE, width: 8 }))
  after(() => useEngine(PLAIN_ENGINE))

  it('computes every bit of random programs as the reference executor does', (context) => {
    const { kernels } = fuzz(FIRST, FIRST + PROGRAMS)
    context.diagnostic(`${kernels} kernels, ${canJoinVectors() ? 'joined' : 'which this machine cannot join'}`)
    expect(kernels).to.be.above(900)
    for (const seed of SEEN) fuzz(seed, seed + 1)
  })

  it('is joined in whole functions or not at all', () => {
    const fuzzer = ['--single-threaded', '--trace-wasm-revectorize', 'test/wasm/fuzz.ts', '300', String(FIRST), '--joined']
    const { stdout, stderr, status } = spawnSync(process.execPath, fuzzer, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (!canJoinVectors()) {
      expect(stderr).to.contain('cannot join vectors')
      return
    }
    expect(status, stderr).to.equal(0)
    const functions = stdout.split(/^Begin revec function/m).slice(1)
    const joined = functions.filter((text) => text.includes('Decide to vectorize'))
    expect(joined.length).to.be.above(12)
    expect(joined.filter((text) => text.includes('Build tree failed') || text.includes('ForcePackNode'))).to.have.length(0)
  })

  it('joins only where engine and processor are known to do so', () => {
    const host: Host = {
      platform: 'linux',
      arch: 'x64',
      variables: { v8_enable_wasm_simd256_revec: 1 },
      cpu: () => 'flags\t\t: avx avx2 bmi1\n',
    }
    expect(canJoinVectors(host)).to.equal(true)
    expect(canJoinVectors(null)).to.equal(false)
    for (const other of [{ platform: 'darwin' }, { arch: 'arm64' }, { variables: {} }, { cpu: () => 'flags : avx avx20\nbugs : avx2\n' }]) {
      expect(canJoinVectors({ ...host, ...other }), Object.keys(other)[0]).to.equal(false)
    }
  })
})
