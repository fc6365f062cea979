import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SoftOp } from '@opine/models/numerics/soft/ops.ts'
import { expect } from 'chai'
import { compareDense, compareSums, comparison, type SumOp } from './float32-compare.ts'

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

/** The same of contracts/libraries/Float32Sum.sol. */
const SUM_MUTANTS: readonly (readonly [from: string, to: string])[] = [
  ['- 1n + odd', ''],
  ['- 1n + odd', '- 1n'],
  ['exact < 0n ? ~exact', 'exact < 0n ? -exact - 2n'],
  ['product === special ? special : NAN', 'product === special ? special : product'],
  ['|| product === special', ''],
  ['Math.abs(m) === TOP ? 1 : 0', '0'],
  ['const FAR = 200', 'const FAR = 20'],
  ['151 - e', '150 - e'],
  ['cut > width ? 0', 'cut >= width ? 0'],
  ['if (isInfinite(total))', 'if (total.e > 400)'],
]

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'soft-'))
})
after(() => {
  rmSync(folder, { recursive: true })
})

/** Copies the sources under names of their own, one text in one file replaced. @returns the folder's file `entry` as a module */
async function mutated<T>(serial: string, entry: string, file: string, from: string, to: string): Promise<T> {
  for (const each of readdirSync(SOURCE)) {
    let text = readFileSync(join(SOURCE, each), 'utf8')
    if (each === file) {
      expect(text, `${file} has the text to replace`).to.contain(from)
      text = text.replace(from, to)
    }
    writeFileSync(join(folder, `${serial}-${each}`), text.replaceAll("from './", `from './${serial}-`))
  }
  return (await import(pathToFileURL(join(folder, `${serial}-${entry}`)).href)) as T
}

type Ops = { readonly SOFT_OPS: Readonly<Record<string, SoftOp>> }
type Sums = { readonly sumOfProducts: SumOp }

test('the sources in another folder, unchanged, pass', async () => {
  const { SOFT_OPS } = await mutated<Ops>('same', 'ops.ts', '', '', '')
  expect(compareDense(comparison('f32.div', SOFT_OPS['f32.div']!), 3, CASES)).to.equal(undefined)
  const { sumOfProducts } = await mutated<Sums>('same', 'sum.ts', '', '', '')
  expect(compareSums(sumOfProducts, 3, 2 * CASES)).to.equal(undefined)
})

for (const [serial, [name, file, from, to]] of MUTANTS.entries()) {
  test(`the comparison sees ${name} with "${to.trim()}" for "${from.trim()}"`, async () => {
    const { SOFT_OPS } = await mutated<Ops>(`m${serial}`, 'ops.ts', file, from, to)
    expect(compareDense(comparison(name, SOFT_OPS[name]!), 3, CASES, 1 << 15)).to.contain(name)
  })
}

for (const [serial, [from, to]] of SUM_MUTANTS.entries()) {
  test(`the comparison sees a sum of products with "${to}" for "${from}"`, async () => {
    const { sumOfProducts } = await mutated<Sums>(`s${serial}`, 'sum.ts', 'sum.ts', from, to)
    expect(compareSums(sumOfProducts, 3, 2 * CASES, 1 << 15)).to.contain('sum of')
  })
}
