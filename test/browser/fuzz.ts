/**
 * Compares random programs with the reference executor in headless Chromium: `npm run fuzz:browser -- [kernels] [first program] [--threads N]`;
 * 100,000 kernels by one thread unless said otherwise. Several threads cut every step as finely as can be.
 */
import { parseArgs } from 'node:util'
import { chromiumPath, openPage } from './chromium.ts'
import type { PageGlobals } from './page.ts'
import { serve } from './serve.ts'

const { values, positionals } = parseArgs({ options: { threads: { type: 'string', default: '1' } }, allowPositionals: true })
const [wanted, threads] = [Number(positionals[0] ?? 100_000), Number(values.threads)]
const browser = chromiumPath()
if (!browser) throw new Error('there is no chromium in PATH')
const STEP = 500

const site = await serve(new Map())
const { page, close } = await openPage(browser, site.url)
try {
  await page.waitForFunction(() => 'opineFuzz' in globalThis)
  let [next, kernels] = [Number(positionals[1] ?? 0), 0]
  while (kernels < wanted) {
    kernels += await page.evaluate(([from, to, threads]) => (globalThis as unknown as PageGlobals).opineFuzz(from, to, threads), [
      next,
      next + STEP,
      threads,
    ] as const)
    next += STEP
    process.stderr.write(`${kernels} kernels\n`)
  }
  const helped = await page.evaluate(() => (globalThis as unknown as PageGlobals).opineHelped())
  const by = threads === 1 ? 'one thread' : `${threads} threads (${helped} calls by helpers)`
  process.stdout.write(`${kernels} kernels of programs up to ${next} in Chromium by ${by}: every bit as in the reference executor\n`)
} finally {
  await close()
  await site.close()
}
