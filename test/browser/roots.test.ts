import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { expect } from 'chai'
import { zooModels } from '../support/zoo.ts'
import { chromiumPath, type OpenPage, openPage } from './chromium.ts'
import type { PageGlobals } from './page.ts'
import { rootsOf } from './roots.ts'
import { type Site, serve } from './serve.ts'

const SEEDS = [1, 2]
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

  it('computes every bit of random programs alike in WebAssembly and by definition', { skip }, async () => {
    const { kernels } = await open.page.evaluate(() => (globalThis as unknown as PageGlobals).opineFuzz(100_000, 100_200))
    expect(kernels).to.be.above(400)
  })

  for (const { name, path, file } of models) {
    it(`has the roots and outputs of Node for ${name}`, { skip }, async () => {
      for (const seed of SEEDS) {
        const defined = rootsOf(new Uint8Array(readFileSync(file)), seed, 'reference')
        for (const executor of ['reference', 'wasm'] as const) {
          const theirs = await open.page.evaluate(
            ([url, drawn, name]) => (globalThis as unknown as PageGlobals).opineRoots(url, drawn, name),
            [`/${path}`, seed, executor] as const,
          )
          expect(theirs.traceRoot).to.match(/^0x[0-9a-f]{64}$/)
          expect(theirs, `inputs of seed ${seed} by ${executor}`).to.deep.equal(defined)
        }
      }
    })
  }
})
