/** Runs a model once, in a process that did nothing else, and keeps what `trace` or `outputs` gives: `trace FILE`. Prints one JSON object. */
import { readFileSync, writeFileSync } from 'node:fs'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { execute, executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { optionsFor } from './subjects.ts'

const [what, path = ''] = process.argv.slice(2)
const { program, interface: ports } = compile(new Uint8Array(readFileSync(path)), optionsFor(path))
const inputs = randomInputs(ports.inputs, 1, indexBounds(program))

const status = (field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024

// The most so far becomes what there is now: lowering is not what is asked about. Where that is forbidden, it counts.
try {
  writeFileSync('/proc/self/clear_refs', '5')
} catch {}
const before = status('VmRSS')
const kept = what === 'trace' ? execute(program, inputs) : executeOutputs(program, inputs)
process.stdout.write(JSON.stringify({ bytes: status('VmHWM') - before, kept: kept.length }))
process.exit(0)
