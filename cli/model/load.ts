import { OpineError } from '@opine/dispute-game/errors.ts'
import { decodeProgramFile } from '@opine/models/ir/file.ts'
import type { ModelInterface, Program } from '@opine/models/ir/types.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { Option } from 'commander'
import { readFile } from '../files.ts'
import { pairs } from '../options.ts'

export type DimOption = { readonly dim?: readonly (readonly [string, string])[] }

export type LoadedModel = { readonly program: Program; readonly ports: ModelInterface }

export const dimOption = (): Option =>
  new Option('--dim <name=value>', 'extent of a dynamic dimension of an ONNX file; repeatable').argParser(pairs)

/**
 * Reads a model: a program file, which is validated, or an ONNX file, which is compiled. What it is, its first bytes say.
 * @throws {OpineError} `DIM_VALUE`, `DIM_UNUSED`, those of `readFile`, `decodeProgramFile`, `validateProgram` and `compile`
 */
export function loadModel(path: string, options: DimOption = {}): LoadedModel {
  const dims = dimensions(options)
  const file = readFile(path)
  if (file.subarray(0, 8).toString('latin1') !== 'OPINEPRG') {
    const compiled = compile(file, { dims })
    return { program: compiled.program, ports: compiled.interface }
  }
  if (Object.keys(dims).length > 0) throw new OpineError('DIM_UNUSED', `${path} is a program, whose dimensions are fixed; leave --dim out`)
  const decoded = decodeProgramFile(file)
  validateProgram(decoded.program)
  return { program: decoded.program, ports: decoded.interface }
}

function dimensions({ dim = [] }: DimOption): Record<string, number> {
  const entries = dim.map(([name, text]) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= 1 && value < 2 ** 31) return [name, value] as const
    throw new OpineError('DIM_VALUE', `--dim ${name}=${text} needs a whole number from 1 to 2^31 - 1`)
  })
  return Object.fromEntries(entries)
}
