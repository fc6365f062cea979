import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { runCase } from '@opine/cli/conformance/case.ts'
import { readIndex } from '@opine/cli/conformance/entry.ts'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { optionsFor, subjects } from '../bench/subjects.ts'
import { sharedFile } from '../support/shared.ts'
import { chromiumPath, type OpenPage, openPage } from './chromium.ts'
import type { PageGlobals } from './page.ts'
import { type Parcel, pack } from './parcel.ts'
import { type Site, serve } from './serve.ts'

/** `OPINE_ALL=1` compares all cases, and the models of others as well. */
const all = Boolean(process.env.OPINE_ALL)
const EACH = all ? 1 : 12
const THREADS = [1, 2, 4]

const browser = chromiumPath()
const index = sharedFile('conformance', 'index.json')
const skip = browser ? index.skip : 'there is no chromium in PATH; install it, e.g. with apt-get install chromium'
const entries = skip ? [] : readIndex(dirname(index.path)).filter((_, at) => at % EACH === 0)

describe('a browser that runs what Node compiled, on 1, 2 and 4 threads', { skip }, () => {
  let site: Site
  let open: OpenPage
  before(async () => {
    if (!browser || skip) return
    site = await serve(new Map())
    open = await openPage(browser, site.url)
    await open.page.waitForFunction(() => 'opineCompare' in globalThis)
  })
  after(async () => {
    await open?.close()
    await site?.close()
  })

  const difference = (parcel: Parcel): Promise<number | null> =>
    open.page.evaluate(([text, threads]) => (globalThis as unknown as PageGlobals).opineCompare(text, threads), [
      pack(parcel),
      THREADS,
    ] as const)

  it('computes every bit of conformance cases as the definition does', async (context) => {
    let compared = 0
    for (const entry of entries) {
      const parcels: Parcel[] = []
      runCase(dirname(index.path), entry, (program, inputs) => {
        parcels.push({ program, inputs })
        return reference(program, inputs)
      })
      for (const parcel of parcels) expect(await difference(parcel), entry.test).to.equal(null)
      compared += parcels.length
    }
    context.diagnostic(`${compared} programs of ${entries.length} cases`)
    expect(compared).to.be.above(0.85 * entries.length)
  })

  for (const { name, file } of all ? subjects() : []) {
    it(`computes every bit of ${name} as the definition does`, async () => {
      const { program, interface: ports } = compile(new Uint8Array(readFileSync(file)), optionsFor(file))
      expect(await difference({ program, inputs: randomInputs(ports.inputs, 1, indexBounds(program)) })).to.equal(null)
    })
  }
})
