import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log } from './log.ts'
import type { Store } from './store.ts'

const KIND = 'golden'

/**
 * One check that an executor has to pass before a bond stands on it.
 * @property name  what is checked, under which it is remembered: the hash of the golden cases, or a model's program root
 */
export type GoldenCheck = { readonly name: string; readonly run: () => Promise<unknown> }

/**
 * Runs the checks that this code, on this machine's runtime, has not passed with this executor before: at the first start, after every upgrade,
 * and for each new model. Those that passed are remembered in the store.
 * @param executor  its name
 * @param code      of what computes, see `codeVersion`
 * @throws whatever a check throws; what passed before it stays remembered
 */
export async function passGolden(
  executor: string,
  code: string,
  checks: readonly GoldenCheck[],
  { store, log }: { store: Store; log: Log },
): Promise<void> {
  const { version, platform, arch } = process
  const runtime = `node ${version} ${platform} ${arch}`
  const due = checks.filter(({ name }) => store.get(KIND, `${executor} ${name}`) !== `${code} ${runtime}`)
  // A large model runs for minutes.
  if (due.length > 0) log.info('goldenChecking', { executor, checks: due.map(({ name }) => name) })
  const start = performance.now()
  for (const { name, run } of due) {
    await run()
    store.put(KIND, `${executor} ${name}`, `${code} ${runtime}`)
  }
  const milliseconds = Math.round(performance.now() - start)
  log.info('goldenPassed', { executor, checks: due.length, remembered: checks.length - due.length, milliseconds })
}

/** A hash over the sources of packages: another one after any upgrade. @param manifests  file URLs of their package.json */
export function codeVersion(manifests: readonly string[]): string {
  const hash = createHash('sha256')
  for (const manifest of manifests) {
    const folder = fileURLToPath(new URL('.', manifest))
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => /(?<!\.test)\.(ts|json)$/.test(name) && !name.includes('node_modules')).sort()) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(folder, file)))
        .update('\0')
    }
  }
  return hash.digest('hex').slice(0, 32)
}
