/** Formatter, linter and type checker; `--fix` mends what can be mended. */
import { spawnSync } from 'node:child_process'

const fix = process.argv.includes('--fix')
const steps: readonly (readonly string[])[] = [
  ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', ...(fix ? ['--write'] : []), '.'],
  ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.json'],
]
for (const step of steps) {
  const done = spawnSync(process.execPath, step, { stdio: 'inherit' })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
