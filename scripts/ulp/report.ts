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

const row = ({ name, expression }: MeasuredFunction, { normal, subnormal, inexact }: Errors): string =>
  `| \`${name}\` | ${operations(expression)} | ${worst(normal)} | ${worst(subnormal)} | ${(100 * (1 - inexact / 2 ** 32)).toFixed(3)} % |`

/** The page `docs/NUMERICS.md`. */
export function page(results: readonly (readonly [MeasuredFunction, Errors])[]): string {
  return `# Errors of the frozen functions

Written by \`npm run ulp\`; do not edit. Each function is one fixed expression over the operations of [SPEC](SPEC.md) section 4, so its results are the same
everywhere; what is measured here is how far they are from the mathematical function. All 2^32 arguments were tried. The reference is
binary64, whose own error is below 2^-28 of the ulp meant here: the spacing of binary32 numbers at the exact result, 2^-149 where that is
subnormal. An infinite result counts as 2^128.

| function | operations (\`f32\` + \`i32\` and conversions) | worst ulp, normal result | worst ulp, subnormal result | correctly rounded |
|---|---|---|---|---|
${results.map(([measured, errors]) => row(measured, errors)).join('\n')}
`
}
