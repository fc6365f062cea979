import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** Contents of a file that the user named. @throws {OpineError} `FILE_MISSING`, `FILE_UNUSABLE` */
export function readFile(path: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw failure(path, cause)
  }
}

/** @throws {OpineError} `FILE_MISSING` for a folder that is not there, `FILE_UNUSABLE` */
export function writeFile(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content)
  } catch (cause) {
    throw failure(path, cause)
  }
}

/** Asked before long work whose result goes there. @throws {OpineError} `FILE_MISSING`, `FILE_UNUSABLE` */
export function requireFolderOf(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (cause) {
    throw failure(dirname(path), cause)
  }
}

function failure(path: string, cause: unknown): OpineError {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return new OpineError('FILE_MISSING', `there is no file or folder ${path}; correct the path`, { path }, { cause })
  return new OpineError('FILE_UNUSABLE', `cannot use ${path}: ${message}`, { path }, { cause })
}
