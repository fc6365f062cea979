import { readFileSync } from 'node:fs'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** A file's bytes. @param flag  by which it was named @throws {OpineError} `FILE_UNREADABLE` */
export function readBytes(path: string, flag: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code
    throw new OpineError('FILE_UNREADABLE', `${path} cannot be read (${reason}); check ${flag}`, { path, flag }, { cause })
  }
}
