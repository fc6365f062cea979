/** Loads a model once, in a process that did nothing else: `opine FILE` or `onnxruntime FILE`. Prints one JSON object. */
import { existsSync, readFileSync } from 'node:fs'
import { processorTime } from './measure.ts'
import { optionsFor } from './subjects.ts'

const [loader, path = ''] = process.argv.slice(2)
const file = new Uint8Array(readFileSync(path))

async function prepare(): Promise<() => unknown> {
  if (loader === 'onnxruntime') {
    const { InferenceSession } = await import('onnxruntime-node')
    return () => InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  }
  const { compile } = await import('@opine/models/lower/compile.ts')
  const options = optionsFor(path)
  return () => compile(file, options)
}

const load = await prepare()

/** Most resident memory so far, bytes. What Node reports begins, on Linux, with the greatest of the process that started this one. */
function peak(): number {
  if (!existsSync('/proc/self/status')) return process.resourceUsage().maxRSS * 1024
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024
}

const before = peak()
const start = processorTime()
await load()
process.stdout.write(JSON.stringify({ milliseconds: processorTime() - start, bytes: peak() - before }))
process.exit(0)
