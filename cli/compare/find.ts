import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'

/**
 * The ONNX files that paths name: files as they are, folders searched for `*.onnx`, in order of names.
 * @throws {OpineError} `FILE_MISSING`
 */
export function findModels(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap(modelsAt))]
}

function modelsAt(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new OpineError('FILE_MISSING', `there is no file or folder ${path}; correct the path`, { path })
  if (!stat.isDirectory()) return [path]
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.onnx'))
  if (found.length === 0) throw new OpineError('FILE_MISSING', `there is no *.onnx in ${path} or its folders`, { path })
  return found.sort().map((name) => join(path, name))
}
