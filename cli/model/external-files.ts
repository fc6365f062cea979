import { realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { ExternalData } from '@opine/models/onnx/external.ts'
import { readFile } from '../files.ts'

/** What one file beside a model may have, in bytes: as much as the largest tensor of four-byte elements would need is never sensible. */
const MAX_BYTES = 2 ** 31 - 1

/**
 * Reads files in the folder of a model, each once. A link that leads out of that folder is refused.
 * @param model  path of the ONNX file
 * @throws {OpineError} (the reader) `EXTERNAL_PATH`, `EXTERNAL_DATA`, those of `readFile`
 */
export function externalFiles(model: string): ExternalData {
  const files = new Map<string, Uint8Array>()
  return (location) => {
    const known = files.get(location)
    if (known) return known
    const path = join(dirname(model), location)
    const bytes = exists(path) ? readInside(dirname(model), path) : readFile(path)
    files.set(location, bytes)
    return bytes
  }
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

function readInside(folder: string, path: string): Uint8Array {
  const way = relative(realpathSync(folder), realpathSync(path))
  if (way === '..' || way.startsWith(`..${sep}`)) {
    throw new OpineError('EXTERNAL_PATH', `${path} is a link to outside of the model's folder; put the file itself there`, { path })
  }
  const { size } = statSync(path)
  if (size <= MAX_BYTES) return readFile(path)
  throw new OpineError('EXTERNAL_DATA', `${path} has ${size} bytes; a file of tensors may have ${MAX_BYTES}`, { path, size })
}
