import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Port } from '@opine/models/ir/types.ts'
import type { Example } from '@opine/models/quantize/calibrate/calibrate.ts'
import type { ImageScale } from '../model/image.ts'
import { readInput } from '../model/input-file.ts'

export const EXAMPLES_HELP = `
DIR holds one example a file, in the formats of \`opine model run --input\`, where the model has one input; otherwise .npz files with an array for
each input, or one folder an example with a file for each input: NAME.ext, or input_0.pb, input_1.pb and so on as ONNX test data has them.`

/**
 * The examples in a folder, in the order of their names.
 * @throws {OpineError} `CALIBRATION_EMPTY`, `FILE_MISSING`, `FILE_UNUSABLE`, `INPUT_MISSING`, those of `readInput`
 */
export function readExamples(folder: string, ports: readonly Port[], scale?: ImageScale): Example[] {
  const entries = entriesOf(folder).filter((name) => !name.startsWith('.'))
  if (entries.length === 0) throw new OpineError('CALIBRATION_EMPTY', `${folder} is empty; put inputs of the model there`, { folder })
  return entries.map((name) => {
    const path = join(folder, name)
    const files = statSync(path).isDirectory() ? entriesOf(path) : null
    return ports.map((port, index) => {
      if (files) return readInput(port, join(path, fileOf(path, files, port, index)), scale)
      if (ports.length === 1 || name.toLowerCase().endsWith('.npz')) return readInput(port, path, scale)
      const message = `the model has ${ports.length} inputs, so an example is a .npz file or a folder with a file for each; ${path} is neither`
      throw new OpineError('INPUT_MISSING', message, { path, input: port.name })
    })
  })
}

function fileOf(path: string, files: readonly string[], { name }: Port, index: number): string {
  const found = files.find((file) => file.replace(/\.\w+$/, '') === name) ?? files.find((file) => file === `input_${index}.pb`)
  if (found !== undefined) return found
  const message = `${path} has no file for input "${name}", such as ${name}.npy or input_${index}.pb; it has ${files.join(', ') || 'none'}`
  throw new OpineError('INPUT_MISSING', message, { path, input: name })
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const missing = code === 'ENOENT'
    const text = missing ? `there is no folder ${folder}; correct the path` : `cannot read the folder ${folder}: ${message}`
    throw new OpineError(missing ? 'FILE_MISSING' : 'FILE_UNUSABLE', text, { path: folder }, { cause })
  }
}
