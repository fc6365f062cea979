import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Port } from '@opine/models/ir/types.ts'
import { fileFailure } from '../files.ts'

/** Where an example, or a stack of them, is. @property files  one for each input */
export type Place = { readonly source: string; readonly files: readonly string[] }

/** @throws {OpineError} `CALIBRATION_EMPTY`, `FILE_MISSING`, `FILE_UNUSABLE`, `INPUT_MISSING` */
export function placesIn(folder: string, ports: readonly Port[], fed: readonly string[]): Place[] {
  const places = entriesOf(folder).flatMap((path) => (isFolder(path) ? placesOfFolder(path, ports, fed) : [placeOfFile(path, ports)]))
  if (places.length > 0) return places
  throw new OpineError('CALIBRATION_EMPTY', `${folder} has no examples; put inputs of the model there`, { folder })
}

function placeOfFile(path: string, ports: readonly Port[]): Place {
  if (ports.length === 1 || path.toLowerCase().endsWith('.npz')) return { source: path, files: ports.map(() => path) }
  const message = `the model has ${ports.length} inputs, so an example is a .npz file or a folder with a file for each; ${path} is neither`
  throw new OpineError('INPUT_MISSING', message, { path, input: ports[0]!.name })
}

/** A folder is an example, or where the model has one input, which none of its files is named for, a class of examples. */
function placesOfFolder(path: string, ports: readonly Port[], fed: readonly string[]): Place[] {
  const files = entriesOf(path)
  const found = ports.map(({ name }) => {
    const numbered = `input_${fed.indexOf(name)}.pb`
    return (
      files.find((file) => basename(file).replace(/\.\w+$/, '') === name) ??
      files.find((file) => basename(file) === numbered && !isFolder(file))
    )
  })
  const missing = found.indexOf(undefined)
  if (missing < 0) return [{ source: path, files: found as string[] }]
  if (ports.length === 1 && files.length > 0 && !files.some(isFolder)) return files.map((file) => placeOfFile(file, ports))
  const { name } = ports[missing]!
  const names = files.map((file) => basename(file))
  const few = names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ')
  const message = `${path} has no file for input "${name}", such as ${name}.npy or input_${fed.indexOf(name)}.pb; it has ${few || 'none'}`
  throw new OpineError('INPUT_MISSING', message, { path, input: name })
}

/** Paths of what is in a folder, in the order of their names, but for hidden files and models. */
function entriesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).sort()
    return names.filter((name) => !name.startsWith('.') && !name.toLowerCase().endsWith('.onnx')).map((name) => join(folder, name))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOTDIR') throw new OpineError('FILE_UNUSABLE', `${folder} is a file; name the folder that it is in`, { path: folder })
    throw fileFailure(folder, cause)
  }
}

/** @throws {OpineError} `FILE_UNUSABLE` for what is neither folder nor file, such as a pipe, which would be waited for */
function isFolder(path: string): boolean {
  try {
    const found = statSync(path)
    if (found.isDirectory()) return true
    if (found.isFile()) return false
  } catch (cause) {
    throw fileFailure(path, cause)
  }
  throw new OpineError('FILE_UNUSABLE', `${path} is neither a file nor a folder; take it out`, { path })
}
