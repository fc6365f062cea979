import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { expect } from 'chai'
import { zooModels } from '../support/zoo.ts'
import { chromiumPath, type OpenPage, openPage } from './chromium.ts'
import type { PageGlobals } from './page.ts'
import { rootsOf } from './roots.ts'
import { type Site, serve } from './serve.ts'

/** Threads by seed of the inputs; on none runs the defining executor. */
const THREADS = [
  [1, [0, 1, 4]],
  [2, [1, 2]],
] as const
const browser = chromiumPath()
const skip = browser ? false : 'there is no chromium in PATH; install it, e.g. with apt-get install chromium'
const models = zooModels()

describe('a browser that compiles, runs and commits', () => {
  let site: Site
  let open: OpenPage
  before(async () => {
    if (!browser) return
    useNativeHashing({ debug: () => {}, warn: () => {} })
    site = await serve(new Map(models.map(({ path, file }) => [`/${path}`, file])))
    open = await openPage(browser, site.url)
    await open.page.waitForFunction(() => 'opineRoots' in globalThis)
  })
  after(async () => {
    await open?.close()
    await site?.close()
  })

  it('hashes in WebAssembly', { skip }, async () => {
    expect(await open.page.evaluate(() => (globalThis as unknown as PageGlobals).opineHasher())).to.equal('WebAssembly')
  })

  for (const [threads, programs] of [
    [1, 200],
    [2, 80],
    [4, 80],
  ] as const) {
    it(`computes every bit of random programs alike in WebAssembly, on ${threads} threads, and by definition`, { skip }, async () => {
      const kernels = await open.page.evaluate(
        ([threads, programs]) => (globalThis as unknown as PageGlobals).opineFuzz(100_000, 100_000 + programs, threads),
        [threads, programs] as const,
      )
      expect(kernels).to.be.above(2 * programs)
    })
  }

  it('has had help by other threads', { skip }, async () => {
    expect(await open.page.evaluate(() => (globalThis as unknown as PageGlobals).opineShares())).to.equal(true)
    expect(await open.page.evaluate(() => (globalThis as unknown as PageGlobals).opineHelped())).to.be.above(100)
  })

  for (const { name, path, file } of models) {
    it(`has the roots and outputs of Node for ${name}`, { skip }, async () => {
      for (const [seed, counts] of THREADS) {
        const defined = rootsOf(new Uint8Array(readFileSync(file)), seed, reference)
        for (const threads of counts) {
          const theirs = await open.page.evaluate(
            ([url, drawn, threads]) => (globalThis as unknown as PageGlobals).opineRoots(url, drawn, threads),
            [`/${path}`, seed, threads] as const,
          )
          expect(theirs.traceRoot).to.match(/^0x[0-9a-f]{64}$/)
          expect(theirs, `inputs of seed ${seed} on ${threads} threads`).to.deep.equal(defined)
        }
      }
    })
  }
})
