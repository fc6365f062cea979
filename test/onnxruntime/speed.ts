/**
 * A quantised model with its commitment against the float model on the stock runtime, in turns: `npm run speed -- QUANTISED.onnx FLOAT.onnx [--threads N]
 * [--provider NAME] [--runs N]`. Least and median milliseconds; the float model gets inputs of its own type, zeros but for one in the first place.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { median } from '@opine/cli/median.ts'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { StockExecutor } from '@opine/models/exec/onnxruntime/executor.ts'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { execute as wasm } from '@opine/models/exec/wasm/execute.ts'
import { loadModel } from '@opine/models/load.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    provider: { type: 'string', default: 'cpu' },
    runs: { type: 'string', default: '30' },
  },
})
const [quantised, float] = positionals as [string, string]
const threads = Number(values.threads)
const provider = providerOf(values.provider).name
useNativeHashing({ debug: () => {}, warn: () => {} })

const { program, interface: ports } = loadModel(new Uint8Array(readFileSync(quantised)))
const inputs = randomInputs(ports.inputs, 1, indexBounds(program))
const executor = new StockExecutor({ providers: [provider], threads })
const session = await InferenceSession.create(float, {
  executionProviders: [provider],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
})
const feeds: Record<string, Tensor> = {}
for (const [index, port] of session.inputMetadata.entries()) {
  if (!port.isTensor || (port.type !== 'float32' && port.type !== 'float16'))
    throw new Error(`input ${index} of the float model is no tensor of floats`)
  const shape = port.shape.map((extent, axis) => (typeof extent === 'number' ? extent : (ports.inputs[index]?.shape[axis] ?? 1)))
  const count = shape.reduce((product, extent) => product * extent, 1)
  const half = port.type === 'float16'
  feeds[port.name] = half
    ? new Tensor('float16', new Uint16Array(count).fill(0x3c00, 0, 1), shape)
    : new Tensor('float32', new Float32Array(count).fill(1, 0, 1), shape)
}

const ways: Readonly<Record<string, () => unknown>> = {
  'float, stock': () => session.run(feeds),
  'quantised, with its commitment': () => executor.commit(program, inputs),
  'quantised, the whole trace': () => executor.execute(program, inputs),
  'quantised, wasm': () => wasm(program, inputs),
}
const times = new Map(Object.keys(ways).map((name): [string, number[]] => [name, []]))
for (const run of Object.values(ways)) await run()
for (let turn = 0; turn < Number(values.runs); turn++) {
  for (const [name, run] of Object.entries(ways)) {
    const start = performance.now()
    await run()
    times.get(name)!.push(performance.now() - start)
  }
}
const least = (own: readonly number[]): number => Math.min(...own)
const peer = times.get('float, stock')!
for (const [name, own] of times) {
  const ratios = [least(own) / least(peer), median(own) / median(peer)].map((ratio) => ratio.toFixed(2))
  process.stdout.write(`${name}: ${least(own).toFixed(2)} / ${median(own).toFixed(2)} ms, ${ratios.join(' / ')} of float\n`)
}
for (const { event, fields } of executor.notes()) process.stdout.write(`${event} ${JSON.stringify(fields)}\n`)
process.exit(0)
