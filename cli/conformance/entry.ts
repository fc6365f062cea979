import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { readFile } from '../files.ts'

/**
 * One case of a suite: a model with inputs and expected outputs in `SUITE/TEST` of the suite's folder, as ONNX's own backend tests lie.
 * @property ops   the operators that it is about
 * @property rtol  how far a float may be from the expected one, relative to that one; `atol` is added
 */
export type Entry = {
  readonly suite: string
  readonly test: string
  readonly ops: readonly string[]
  readonly rtol: number
  readonly atol: number
}

/**
 * The cases that a folder's `index.json` lists.
 * @throws {OpineError} `CONFORMANCE_INDEX`, `FILE_MISSING`, `FILE_UNUSABLE`
 */
export function readIndex(folder: string): Entry[] {
  const path = join(folder, 'index.json')
  const file = readFile(path)
  let json: unknown
  try {
    json = JSON.parse(file.toString('utf8'))
  } catch (cause) {
    throw new OpineError('CONFORMANCE_INDEX', `${path} is not JSON: ${(cause as Error).message}`, { path }, { cause })
  }
  if (!Array.isArray(json)) throw new OpineError('CONFORMANCE_INDEX', `${path} must be a list of cases`, { path })
  return json.map((entry: unknown, position) => {
    if (isEntry(entry)) return entry
    const message = `entry ${position} of ${path} must have the names suite and test, a list ops, and the numbers rtol and atol`
    throw new OpineError('CONFORMANCE_INDEX', message, { path, position })
  })
}

/** Names go into paths, so that they must be plain ones. */
const isName = (value: unknown): boolean => typeof value === 'string' && /^[\w.+-]+$/.test(value) && !/^\.+$/.test(value)

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const { suite, test, ops, rtol, atol } = value as Record<string, unknown>
  const tolerances = [rtol, atol].every((number) => typeof number === 'number' && number >= 0)
  return isName(suite) && isName(test) && tolerances && Array.isArray(ops) && ops.every((op) => typeof op === 'string')
}
