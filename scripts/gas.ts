/**
 * Measures the gas of every transaction of the protocol on the embedded chain and prints the page docs/GAS.md; takes about a minute.
 * `--write` writes the page and the snapshot against which `npm test` compares, test/gas/snapshot.json.
 */
import { writeFileSync } from 'node:fs'
import { measure } from '../test/gas/measure.ts'
import { page } from '../test/gas/page.ts'

const measured = await measure((what) => process.stderr.write(`${what}\n`))
const text = page(measured)
process.stdout.write(text)
if (process.argv.includes('--write')) {
  writeFileSync('docs/GAS.md', text)
  writeFileSync('test/gas/snapshot.json', `${JSON.stringify(measured, null, 2)}\n`)
}
