import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LoadFile, Rooted } from '@opine/node-kit/model-store/fetch-model.ts'
import { writeFile } from '../files.ts'

/** The files of a model. @property parts  those that it names, by the relative paths by which it does */
export type ModelFiles = { readonly main: Uint8Array; readonly parts: ReadonlyMap<string, Uint8Array> }

/** Loads models and remembers the bytes of the last one. */
export function recordingLoad<M extends Rooted>(load: LoadFile<M>): { readonly load: LoadFile<M>; readonly files: () => ModelFiles } {
  let main: Uint8Array = new Uint8Array()
  const parts = new Map<string, Uint8Array>()
  const recording: LoadFile<M> = (name, bytes, beside) => {
    main = bytes
    parts.clear()
    return load(name, bytes, (location) => {
      const part = beside(location)
      parts.set(location, part)
      return part
    })
  }
  return { load: recording, files: () => ({ main, parts }) }
}

export type Written = { readonly path: string; readonly sha256: string; readonly bytes: number }

/**
 * Writes a model, and beside it the files that it names, whose paths were found not to lead elsewhere when it was read. Each file is there
 * as a whole or not at all, the model last.
 * @throws {OpineError} those of `writeFile`
 */
export function writeModel(path: string, { main, parts }: ModelFiles): Written[] {
  const beside = [...parts].map(([location, bytes]) => [join(dirname(path), location), bytes] as const)
  return [...beside, [path, main] as const].map(([target, bytes]) => {
    mkdirSync(dirname(target), { recursive: true })
    writeFile(target, bytes)
    return { path: target, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
  })
}
