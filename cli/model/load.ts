import { OpineError } from '@opine/dispute-game/errors.ts'
import { decodeProgramFile } from '@opine/models/ir/file.ts'
import { isProgramFile, type LoadedModel, modelOf } from '@opine/models/load.ts'
import { compileModel } from '@opine/models/lower/compile.ts'
import type { Bindings, Dimensions } from '@opine/models/lower/lower.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import type { Graph, Model } from '@opine/models/onnx/types.ts'
import { type Command, Option } from 'commander'
import { readFile } from '../files.ts'
import { pairs } from '../options.ts'
import { bindingsOf } from './bindings.ts'
import { externalFiles } from './external-files.ts'

type Pairs = readonly (readonly [string, string])[]

/** How an ONNX file becomes a program. */
export type ModelOptions = { readonly dim?: Pairs; readonly set?: Pairs }

export const withModelOptions = (command: Command): Command =>
  command
    .addOption(new Option('--dim <name=value>', 'extent of a dynamic dimension of an ONNX file; repeatable').argParser(pairs))
    .addOption(
      new Option('--set <name=value>', 'make an input of an ONNX file a constant, such as 16000 or [1,2]; repeatable').argParser(pairs),
    )

/**
 * Reads the model that a command names, with files beside it that hold its tensors.
 * @throws {OpineError} `DIM_VALUE`, `DIM_UNUSED`, `SET_UNUSED`, those of `bindingsOf`, `readFile`, `externalFiles`, `decodeProgramFile`,
 *   `decodeModel`, `compileModel`
 */
export function readModel(path: string, options: ModelOptions = {}): LoadedModel {
  const dims = dimensionsOf(options)
  const file = readFile(path)
  if (isProgramFile(file)) {
    if (options.dim) throw new OpineError('DIM_UNUSED', `${path} is a program, whose dimensions are fixed; leave --dim out`)
    if (options.set) throw new OpineError('SET_UNUSED', `${path} is a program, whose constants are fixed; leave --set out`)
    return modelOf(decodeProgramFile(file))
  }
  const { model, bind } = onnxOf(path, file, options, dims)
  return modelOf(compileModel(model, { dims, bind }))
}

/** @property bytes  of the file and of those beside it that hold its tensors */
export type OnnxFile = { readonly model: Model; readonly bytes: number; readonly dims: Dimensions; readonly bind: Bindings }

/**
 * Reads an ONNX file, of which the graph is wanted and no program. @param what  the command, for the error
 * @throws {OpineError} `NOT_ONNX` for a program, and those of `readModel` but for the compiler's
 */
export function readOnnx(path: string, options: ModelOptions, what: string): OnnxFile {
  const dims = dimensionsOf(options)
  const file = readFile(path)
  if (isProgramFile(file)) {
    throw new OpineError('NOT_ONNX', `${path} is a program; ${what} takes the ONNX file that it was compiled from`, { path })
  }
  return onnxOf(path, file, options, dims)
}

function onnxOf(path: string, file: Uint8Array, options: ModelOptions, dims: Dimensions): OnnxFile {
  const sizes = new Map<string, number>()
  const beside = externalFiles(path)
  const model = ofFile(path, () =>
    decodeModel(file, (location) => {
      const data = beside(location)
      sizes.set(location, data.length)
      return data
    }),
  )
  const known = symbolsOf(model.graph)
  for (const name of Object.keys(dims)) {
    if (known.includes(name)) continue
    const message = `no input of ${path} has a dimension "${name}"; ${known.length > 0 ? `dynamic are ${known.join(', ')}` : 'none is dynamic'}`
    throw new OpineError('DIM_UNUSED', message, { dimension: name })
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, file.length)
  return { model, bytes, dims, bind: bindingsOf(model.graph, options.set ?? [], dims) }
}

/** What decoders say of bytes, said of the file that has them. */
export function ofFile<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof OpineError) || cause.message.includes(path)) throw cause
    throw new OpineError(cause.code, `${path}: ${cause.message}`, { ...cause.details, path }, { cause })
  }
}

/** @throws {OpineError} `DIM_VALUE` */
export function dimensionsOf({ dim = [] }: ModelOptions): Dimensions {
  const entries = dim.map(([name, text]) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= 1 && value < 2 ** 31) return [name, value] as const
    throw new OpineError('DIM_VALUE', `--dim ${name}=${text} needs a whole number from 1 to 2^31 - 1`)
  })
  return Object.fromEntries(entries)
}

/** Names of the dynamic dimensions of a graph's inputs; one without a name is `INPUT.AXIS`. */
export function symbolsOf({ inputs }: Graph): string[] {
  const names = inputs.flatMap(({ name, shape }) =>
    (shape ?? []).flatMap((extent, axis) => {
      if (typeof extent === 'number' && extent >= 1) return []
      return [typeof extent === 'string' ? extent : `${name}.${axis}`]
    }),
  )
  return [...new Set(names)]
}
