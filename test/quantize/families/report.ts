/**
 * Kinds of networks that people bring, with drawn weights, quantised, certified, and run on the stock runtime: `npm run families -- [--all] [--CLASS] [NAME ...]`. Names may be
 * parts of names; `--all` tells what is left in float and why, `--bf16` and the like quantise for that class of providers. Ends with exit code 1 where executors differ, or an error is no clear one.
 */
import { PROVIDER_CLASSES } from '@opine/models/certify/classes.ts'
import { FAMILIES } from './all.ts'
import { tryFamily } from './try-family.ts'

const args = process.argv.slice(2)
const providers = PROVIDER_CLASSES.find((name) => args.includes(`--${name}`)) ?? 'tf32'
const telling = args.includes('--all')
const wanted = args.filter((arg) => !arg.startsWith('--'))
const families = FAMILIES.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())),
)
for (const family of families) {
  const name = family.name.padEnd(32)
  try {
    const { refused, sqnr, left, certified, kernels, reasons, stock, bits, notes } = await tryFamily(family, 32, 3, providers)
    const quality = `${sqnr.map((value) => (value === Number.POSITIVE_INFINITY ? 'exact' : value.toFixed(1))).join(', ')} dB`
    const told =
      refused ?? `${quality}; ${certified} of ${kernels} kernels certified, ${stock} on the stock runtime; left in float: ${left.length}`
    process.stdout.write(`${name} ${told}; ${bits} differing bits\n`)
    const lines = [
      ...left.map(({ node, operator, reason }) => `left: ${operator} ${node}: ${reason}`),
      ...reasons.map((reason) => `refused: ${reason}`),
    ]
    for (const line of [...(telling ? lines : []), ...notes]) process.stdout.write(`    ${line}\n`)
    if (bits > 0) process.exitCode = 1
  } catch (error) {
    process.stdout.write(`${name} FAILED: ${telling ? (error as Error).stack : error}\n`)
    process.exitCode = 1
  }
}
