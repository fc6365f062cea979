import { accessSync, constants, existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** Contents of a file that the user named. @throws {OpineError} `FILE_MISSING`, `FILE_UNUSABLE` */
export function readFile(path: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw fileFailure(path, cause)
  }
}

/**
 * Writes a file whole or not at all: what was there before stays until all of the new one is on disk.
 * @throws {OpineError} `FILE_MISSING` for a folder that is not there, `FILE_UNUSABLE`
 */
export function writeFile(path: string, content: string | Uint8Array): void {
  try {
    const known = existsSync(path)
    // A device or a pipe is written to as it is; a link stays one.
    if (known && !statSync(path).isFile()) writeFileSync(path, content)
    else writeWhole(known ? realpathSync(path) : path, content)
  } catch (cause) {
    throw fileFailure(path, cause)
  }
}

function writeWhole(path: string, content: string | Uint8Array): void {
  const part = `${path}.${process.pid}.part`
  try {
    writeFileSync(part, content)
    renameSync(part, path)
  } finally {
    rmSync(part, { force: true })
  }
}

/** Asked before long work whose result goes there. @throws {OpineError} `FILE_MISSING`, `FILE_UNUSABLE` */
export function requireFolderOf(path: string): void {
  const folder = dirname(path)
  requireUsable(folder, constants.W_OK)
  if (!statSync(folder).isDirectory()) throw new OpineError('FILE_UNUSABLE', `${folder} is no folder; correct the path`, { path: folder })
}

/**
 * Asked before long work: whether all these files can be written, each to a place of its own that none of the files has that are read.
 * @throws {OpineError} `FILE_MISSING`, `FILE_UNUSABLE`, `FILE_TWICE`
 */
export function requireOutputs(outputs: readonly string[], inputs: readonly string[]): void {
  for (const [index, path] of outputs.entries()) {
    requireFolderOf(path)
    if (!existsSync(path)) continue
    if (statSync(path).isDirectory()) throw new OpineError('FILE_UNUSABLE', `${path} is a folder; name a file in it`, { path })
    requireUsable(path, constants.W_OK)
    if (inputs.some((other) => isSame(path, other)))
      throw new OpineError('FILE_TWICE', `${path} is read, and would be written over; write to another file`, { path })
    if (outputs.some((other, at) => at !== index && isSame(path, other))) throw twice(path)
  }
  const again = outputs.find((path, index) => outputs.indexOf(path) !== index)
  if (again !== undefined) throw twice(again)
}

const twice = (path: string): OpineError => new OpineError('FILE_TWICE', `${path} would be written twice; name two files`, { path })

function isSame(path: string, other: string): boolean {
  if (!existsSync(other)) return false
  const [one, two] = [statSync(path), statSync(other)]
  return one.isFile() && one.dev === two.dev && one.ino === two.ino
}

function requireUsable(path: string, mode: number): void {
  try {
    accessSync(path, mode)
  } catch (cause) {
    throw fileFailure(path, cause)
  }
}

const IN_WORDS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder; name a file',
  EACCES: 'it may not be read or written; change its rights, or take another',
  EPERM: 'it may not be read or written; change its rights, or take another',
  EROFS: 'it lies on what can only be read; take another place',
  ENOSPC: 'there is no space left on the device; make room, or take another place',
  ENOTDIR: 'a part of the path is a file and no folder; correct the path',
  ELOOP: 'its symbolic links lead in a circle; correct them',
  ENAMETOOLONG: 'its name is too long; take a shorter one',
}

/** What a call of the file system threw, about the path that the user named. */
export function fileFailure(path: string, cause: unknown): OpineError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return new OpineError('FILE_MISSING', `there is no file or folder ${path}; correct the path`, { path }, { cause })
  return new OpineError('FILE_UNUSABLE', `cannot use ${path}: ${IN_WORDS[code] ?? message}`, { path }, { cause })
}
