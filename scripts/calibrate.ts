/**
 * Measures what the parts of a step cost on the step verifier, and writes models/gas/measured.ts: `npm run calibrate`. To be run whenever the
 * verifier changes; test/differential/certificate.test.ts tells if it was not.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { costsNow, opcodesNow } from '../test/calibrate/measure.ts'

const FILE = 'models/gas/measured.ts'

const opcodes = await opcodesNow({ every: 1, drawn: 60 }, (name) => process.stderr.write(`${name}\n`))
const costs = await costsNow(opcodes)
const text = [
  '// Written by scripts/calibrate.ts from the step verifier; `npm run calibrate` writes it again.',
  "import type { Costs, OpcodeGas } from './costs.ts'",
  '',
  `export const COSTS: Costs = ${JSON.stringify(costs)}`,
  '',
  `export const OPCODE_GAS: OpcodeGas = ${JSON.stringify(opcodes)}`,
  '',
]
writeFileSync(FILE, text.join('\n'))
spawnSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', FILE], { stdio: 'inherit' })
process.exit(0)
