/**
 * Runs linter, type checker and all tests, and ends with the line `N passed, N failed`.
 * `npm test -- FILE...` runs the named test files alone; `--require-shared` turns skips into failures.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const args = process.argv.slice(2)
const strict = args.includes('--require-shared')
const named = args.filter((arg) => !arg.startsWith('--'))
const files = named.length > 0 ? named : globSync(['**/*.test.ts'], { exclude: ['node_modules/**', '.opine/**'] }).sort()

if (named.length === 0) {
  const lint = spawnSync(process.execPath, ['scripts/lint.ts'], { stdio: 'inherit' })
  if (lint.status !== 0) {
    console.log('0 passed, 1 failed')
    process.exit(1)
  }
}

// Hundreds of processes begin by reading the same sources.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../node_modules/.cache/compile')

const count = { passed: 0, failed: 0, skipped: 0 }
const stream = run({ files, concurrency: 2, timeout: 30 * 60_000 })
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return
  if (event.skip !== undefined || event.todo !== undefined) count.skipped += 1
  else count.passed += 1
})
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite') count.failed += 1
})
const report = stream.compose(spec)
report.pipe(process.stdout)
await finished(report)
if (strict) count.failed += count.skipped
console.log(`\n${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`)
process.exit(count.failed > 0 || count.passed === 0 ? 1 : 0)
