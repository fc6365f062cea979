/** Prepares and runs a model in a process that did nothing else: `FILE`. Prints one JSON object, milliseconds. */
import { readFileSync } from 'node:fs'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { useJoinedVectors } from '@opine/models/exec/wasm/node/joining-engine.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { optionsFor } from './subjects.ts'

const [path = ''] = process.argv.slice(2)
useJoinedVectors()
const { program, interface: ports } = compile(new Uint8Array(readFileSync(path)), optionsFor(path))
const inputs = randomInputs(ports.inputs, 1, indexBounds(program))
const executor = new WasmExecutor(null)

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

const prepare = timed(() => executor.prepare(program, 'committed'))
const first = timed(() => executor.commit(program, inputs))
const again = timed(() => executor.prepare(program, 'committed'))
const second = timed(() => executor.commit(program, inputs))
process.stdout.write(JSON.stringify({ prepare, first, again, second }))
