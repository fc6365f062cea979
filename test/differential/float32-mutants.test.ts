import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SoftOp } from '@opine/models/numerics/soft/ops.ts'
import { expect } from 'chai'
import { compareDense, comparison } from './float32-compare.ts'

/* Mistakes of the kind that one makes in such code, each put into the source: the comparison with the machine must see every one of them. */

const CASES = 400_000
const SOURCE = fileURLToPath(import.meta.resolve('@opine/models/numerics/soft/ops.ts')).replace(/ops\.ts$/, '')

/** Operation, file, text, and the text in its place. */
const MUTANTS: readonly (readonly [name: string, file: string, from: string, to: string])[] = [
  ['f32.add', 'bits.ts', '- 1 + odd', ''],
  ['f32.mul', 'bits.ts', '- 1 + odd', '- 1'],
  ['f32.from_i32', 'bits.ts', '- 1 + odd', '- odd'],
  ['f32.mul', 'bits.ts', 'exponent > 253', 'exponent > 254'],
  ['f32.div', 'bits.ts', 'shift > width', 'shift >= width'],
  ['f32.div', 'bits.ts', 'e - 25 + width\n  if', 'e - 25 + width - (e < -20 ? 1 : 0)\n  if'],
  ['f32.add', 'arithmetic.ts', 'distance > 25', 'distance > 24'],
  ['f32.sub', 'arithmetic.ts', '(a & b) >>> 0 : a', '0 : a'],
  ['f32.add', 'arithmetic.ts', 'sum === 0) return 0', 'sum === 0) return (a & SIGN) >>> 0'],
  ['f32.add', 'arithmetic.ts', '(a ^ b) >>> 0 === SIGN', 'false'],
  ['f32.mul', 'arithmetic.ts', '|| p === 0 || q === 0 ? NAN', '? NAN'],
  ['f32.div', 'arithmetic.ts', 'exact ? kept : kept | 1n', 'kept'],
  ['f32.div', 'arithmetic.ts', 'p === 0 ? NAN : (sign', 'p === 0 ? 0 : (sign'],
  ['f32.sqrt', 'arithmetic.ts', 'step < 5', 'step < 4'],
  ['f32.sqrt', 'arithmetic.ts', '60 + (e & 1)', '60'],
  ['f32.neg', 'arithmetic.ts', 'canonical((a ^ SIGN) >>> 0)', '(a ^ SIGN) >>> 0'],
  ['f32.min', 'compare.ts', 'if (unordered(a, b)) return NAN', 'if (unordered(a, b)) return a'],
  ['f32.max', 'compare.ts', 'rank(a) < rank(b) ? b', 'rank(a) < rank(b) && (a | b) << 1 ? b'],
  ['f32.lt', 'compare.ts', '!bothZero(a, b) && ', ''],
  ['f32.eq', 'compare.ts', '!unordered(a, b) && (a === b', '(a === b'],
  ['f32.nearest', 'whole.ts', '(a & FRACTION) === 0', 'false'],
  ['f32.nearest', 'whole.ts', '(cut >> 1) + ', '((cut + 1) >> 1) + '],
  ['f32.ceil', 'whole.ts', '(a & MAGNITUDE) === 0', 'false'],
  ['f32.floor', 'whole.ts', 'e > 149', 'e > 148'],
  ['i32.from_f32', 'convert.ts', ' || (a & MAGNITUDE) > INFINITY', ''],
  ['i32.from_f32', 'convert.ts', 'e > 157', 'e > 158'],
  ['i32.div', 'int32.ts', 'a >= SIGN !== b >= SIGN', 'a >= SIGN'],
  ['i32.mul', 'int32.ts', '(b >>> 16) * (a & 0xffff)', '0'],
  ['i32.shr_s', 'int32.ts', '~(~a >>> (b & 31))', '~(~a >>> Math.min(b, 31))'],
]

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'soft-'))
})
after(() => {
  rmSync(folder, { recursive: true })
})

/** The operation, from a copy of its sources in which one text is replaced; each copy in files of its own names. */
async function mutated(serial: number, name: string, file: string, from: string, to: string): Promise<SoftOp> {
  for (const each of readdirSync(SOURCE)) {
    let text = readFileSync(join(SOURCE, each), 'utf8')
    if (each === file) {
      expect(text, `${file} has the text to replace`).to.contain(from)
      text = text.replace(from, to)
    }
    writeFileSync(join(folder, `m${serial}-${each}`), text.replaceAll("from './", `from './m${serial}-`))
  }
  const module = (await import(pathToFileURL(join(folder, `m${serial}-ops.ts`)).href)) as { SOFT_OPS: Readonly<Record<string, SoftOp>> }
  return module.SOFT_OPS[name]!
}

test('the sources in another folder, unchanged, pass', async () => {
  const soft = await mutated(MUTANTS.length, 'f32.div', '', '', '')
  expect(compareDense(comparison('f32.div', soft), 3, CASES)).to.equal(undefined)
})

for (const [serial, [name, file, from, to]] of MUTANTS.entries()) {
  test(`the comparison sees ${name} with "${to.trim()}" for "${from.trim()}"`, async () => {
    const soft = await mutated(serial, name, file, from, to)
    expect(compareDense(comparison(name, soft), 3, CASES, 1 << 15)).to.contain(name)
  })
}
