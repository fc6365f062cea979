import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { median } from '@opine/cli/median.ts'
import type { Subject } from './subjects.ts'
import { milliseconds, ratio, size, table } from './table.ts'

type Loading = { readonly milliseconds: number; readonly bytes: number }
type Loader = 'opine' | 'onnxruntime'

const CHILD = join(import.meta.dirname, 'load-child.ts')

const loadOnce = (loader: Loader, file: string): Loading =>
  JSON.parse(execFileSync(process.execPath, [CHILD, loader, file], { encoding: 'utf8' })) as Loading

const middle = (loadings: readonly Loading[]): Loading => ({
  milliseconds: median(loadings.map((loading) => loading.milliseconds)),
  bytes: median(loadings.map(({ bytes }) => bytes)),
})

/** The table of loading a model: lowered by us, made into a session by ONNX Runtime, each time in a new process. */
export function loweringTable(subjects: readonly Subject[], rounds: number): string[] {
  const rows = subjects.map(({ name, file }) => {
    const pairs = Array.from({ length: rounds }, () => [loadOnce('opine', file), loadOnce('onnxruntime', file)] as const)
    const ours = middle(pairs.map(([loading]) => loading))
    const theirs = middle(pairs.map(([, loading]) => loading))
    const times = [milliseconds(ours.milliseconds), milliseconds(theirs.milliseconds), ratio(ours.milliseconds, theirs.milliseconds)]
    return [name, size(statSync(file).size), ...times, size(ours.bytes), size(theirs.bytes)]
  })
  return [
    'From the bytes of the ONNX file to a validated program, and the peer: to a session of ONNX Runtime on one thread. Each in a new process, whose',
    'code is loaded and still cold. Memory is how far the most resident memory of the process rises meanwhile.',
    '',
    ...table(['model', 'file', 'lowering', 'ONNX Runtime', 'ratio', 'memory', 'ONNX Runtime'], rows),
  ]
}
