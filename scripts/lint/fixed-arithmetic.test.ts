import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { expect } from 'chai'

const FORBIDDEN = [
  'export const a = Math.exp(1)',
  'export const b = [1].map(Math.sin)',
  'export const c = Math.max(1, Math.clz32(1))',
  "export const d = Math['exp'](1)",
  'export const { log } = Math',
  'export const e = (Math as { pow(a: number, b: number): number }).pow(1, 2)',
  'export const f = globalThis.Math.cos(1)',
  'export const g = Math?.tanh(1)',
  'export const h = a ** c',
  'export let i = 1; i **= 2',
]
const ALLOWED = [
  'export const j = Math.fround(Math.imul(1, 2)) + Math.abs(Math.floor(Math.ceil(1)))',
  'export const k = Math.trunc(Math.min(1, Math.max(2, Math.sqrt(3))))',
  'export const l = "Math.exp(2 ** 3)" // Math.exp, 2 ** 3',
]

test('the rule reports every forbidden line of arithmetic and no allowed one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-lint-'))
  const plugins = [resolve('scripts/lint/fixed-arithmetic.grit')]
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ root: true, plugins, linter: { rules: { preset: 'none' } } }))
  writeFileSync(join(folder, 'lines.ts'), `${[...FORBIDDEN, ...ALLOWED].join('\n')}\n`)
  const biome = resolve('node_modules/@biomejs/biome/bin/biome')
  const done = spawnSync(process.execPath, [biome, 'lint', '--reporter=github', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  const lines = [...done.stdout.matchAll(/line=(\d+)/g)].map((match) => Number(match[1]))
  expect(
    [...new Set(lines)].sort((a, b) => a - b),
    done.stdout + done.stderr,
  ).to.deep.equal(FORBIDDEN.map((_, index) => index + 1))
})
