import { OpineError } from '@opine/dispute-game/errors.ts'
import { isProgramFile, type LoadedModel, loadModel } from '@opine/models/load.ts'
import { Option } from 'commander'
import { readFile } from '../files.ts'
import { pairs } from '../options.ts'

export type DimOption = { readonly dim?: readonly (readonly [string, string])[] }

export const dimOption = (): Option =>
  new Option('--dim <name=value>', 'extent of a dynamic dimension of an ONNX file; repeatable').argParser(pairs)

/**
 * Reads the model that a command names.
 * @throws {OpineError} `DIM_VALUE`, `DIM_UNUSED`, those of `readFile` and `loadModel`
 */
export function readModel(path: string, options: DimOption = {}): LoadedModel {
  const dims = dimensions(options)
  const file = readFile(path)
  if (isProgramFile(file) && Object.keys(dims).length > 0) {
    throw new OpineError('DIM_UNUSED', `${path} is a program, whose dimensions are fixed; leave --dim out`)
  }
  return loadModel(file, { dims })
}

function dimensions({ dim = [] }: DimOption): Record<string, number> {
  const entries = dim.map(([name, text]) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= 1 && value < 2 ** 31) return [name, value] as const
    throw new OpineError('DIM_VALUE', `--dim ${name}=${text} needs a whole number from 1 to 2^31 - 1`)
  })
  return Object.fromEntries(entries)
}
