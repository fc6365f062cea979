import { createHash } from 'node:crypto'
import { encodeExpression } from '../../models/ir/expression.ts'
import { OPCODES } from '../../models/ir/opcodes.ts'
import type { Expression } from '../../models/ir/types.ts'
import { fromBits } from '../../models/numerics/bits.ts'
import type { MeasuredFunction } from './functions.ts'
import type { Errors, Worst } from './measure.ts'

const NOT_ARITHMETIC_BELOW = 0x10

/** Operations that round or compare `f32` values, and all others that calculate. */
function operations(expression: Expression): string {
  const codes = expression.map(({ op }) => OPCODES[op]!.code).filter((code) => code >= NOT_ARITHMETIC_BELOW)
  const floats = codes.filter((code) => code < 0x20).length
  return `${floats} \`f32\` + ${codes.length - floats}`
}

const worst = ({ ulp, bits }: Worst): string => `${ulp.toFixed(5)} at ${fromBits(bits)} (\`0x${bits.toString(16).padStart(8, '0')}\`)`

/** The first cells of a function's row, which tell the very code that was measured. */
function head({ name, expression }: MeasuredFunction): string {
  const code = encodeExpression(expression)
  return `| \`${name}\` | \`${createHash('sha256').update(code).digest('hex').slice(0, 8)}\` | ${code.length} |`
}

export const row = (measured: MeasuredFunction, { normal, subnormal, inexact }: Errors): string =>
  `${head(measured)} ${operations(measured.expression)} | ${worst(normal)} | ${subnormal.ulp === 0 ? 'none inexact' : worst(subnormal)} | ${(100 * (1 - inexact / 2 ** 32)).toFixed(3)} % |`

/** The row of a function in a page that was written before, if it was measured with the same code. */
export const rowOf = (measured: MeasuredFunction, written: string): string | undefined =>
  written.split('\n').find((line) => line.startsWith(head(measured)))

/** The greater one of the errors in a row. */
export const errorIn = (line: string): number => Math.max(...[...line.matchAll(/\| ([0-9.]+) at /g)].map((match) => Number(match[1])))

/** The page `docs/NUMERICS.md`. */
export function page(rows: readonly string[]): string {
  return `# Errors of the frozen functions

Written by \`npm run ulp\`; do not edit. Each function is one fixed expression over the operations of [SPEC](SPEC.md) section 4, so its results are the same
everywhere; what is measured here is how far they are from the mathematical function. All 2^32 arguments were tried. The reference is
binary64, whose own error is below 2^-12 of the ulp meant here: the spacing of binary32 numbers at the exact result, 2^-149 where that is
subnormal. An infinite result counts as 2^128. Sine, cosine and tangent are held against those of +-205887 for greater arguments. The power, which has two arguments, is
measured on samples by its test.

The first columns are the beginning of SHA-256 of the function's code, and its bytes: a row is kept while these stay, else measured anew.

| function | code | bytes | operations (\`f32\` + \`i32\` and conversions) | worst ulp, normal result | worst ulp, subnormal result | correctly rounded |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}
