import { realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** What one file beside a model may have, in bytes: as much as the largest tensor of four-byte elements would need is never sensible. */
const MAX_BYTES = 2 ** 31 - 1

/** Bytes of a file beside a model, by the path that the model gives. */
export type Beside = (location: string) => Uint8Array

/**
 * Reads files in the folder of a model, each once. A link that leads out of that folder is refused.
 * @param model  path of the ONNX file
 * @param read   reads any file, and says what is wrong with one that cannot be read
 * @throws {OpineError} (the reader) `EXTERNAL_PATH`, `EXTERNAL_DATA`, those of `read`
 */
export function filesBeside(model: string, read: (path: string) => Uint8Array): Beside {
  const files = new Map<string, Uint8Array>()
  return (location) => {
    const known = files.get(location)
    if (known) return known
    const path = join(dirname(model), location)
    if (exists(path)) checkInside(dirname(model), path)
    const bytes = read(path)
    files.set(location, bytes)
    return bytes
  }
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

function checkInside(folder: string, path: string): void {
  const way = relative(realpathSync(folder), realpathSync(path))
  if (way === '..' || way.startsWith(`..${sep}`)) {
    throw new OpineError('EXTERNAL_PATH', `${path} is a link to outside of the model's folder; put the file itself there`, { path })
  }
  const { size } = statSync(path)
  if (size <= MAX_BYTES) return
  throw new OpineError('EXTERNAL_DATA', `${path} has ${size} bytes; a file of tensors may have ${MAX_BYTES}`, { path, size })
}
