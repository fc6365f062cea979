import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { type CompiledModel, type CompileOptions, compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { packTensor } from '@opine/models/onnx/encode.ts'
import { sharedFolder } from '../support/shared.ts'
import { zooModels } from '../support/zoo.ts'

/** A model file and how to compile it. @property name  what the tables call it */
export type Subject = { readonly name: string; readonly file: string }

/** The zoo, then the models of others in the shared folder, where there is one. */
export function subjects(): Subject[] {
  const shared = sharedFolder()
  const folder = shared === null ? '' : join(shared, 'models')
  const others = shared === null ? [] : globSync('*/*.onnx', { cwd: folder }).sort()
  return [
    ...zooModels().map(({ name, file }) => ({ name, file })),
    ...others.map((path) => ({ name: `${dirname(path)}/${basename(path, '.onnx')}`, file: join(folder, path) })),
  ]
}

/** A sampling rate that is an input is a constant for a program. */
const RATE = packTensor({ name: 'sr', type: 'i64', shape: [], data: [16_000n] })

/** Dynamic extents as `index.json` beside the models' folders has them, else 1. */
export function optionsFor(file: string): CompileOptions {
  const shapes = indexedShapes(file)
  const { inputs } = decodeModel(new Uint8Array(readFileSync(file))).graph
  const dims: Record<string, number> = {}
  for (const { name, shape } of inputs) {
    shape?.forEach((dimension, axis) => {
      if (typeof dimension === 'number' && dimension >= 1) return
      dims[typeof dimension === 'string' ? dimension : `${name}.${axis}`] = shapes[name]?.[axis] ?? 1
    })
  }
  return inputs.some(({ name }) => name === 'sr') ? { dims, bind: { sr: RATE } } : { dims }
}

function indexedShapes(file: string): Readonly<Record<string, readonly number[]>> {
  const index = join(dirname(file), '..', 'index.json')
  if (!existsSync(index)) return {}
  const entries = JSON.parse(readFileSync(index, 'utf8')) as { readonly file: string; readonly inputs: Readonly<Record<string, string>> }[]
  const entry = entries.find(({ file: path }) => join(dirname(index), path) === file)
  return Object.fromEntries(
    Object.entries(entry?.inputs ?? {}).map(([name, type]) => [name, (/\[(.*)\]/.exec(type)?.[1] ?? '').split(',').map(Number)]),
  )
}

/** The compiled model, or the code of the error by which the compiler refuses it. */
export function compiled({ file }: Subject): CompiledModel | string {
  try {
    return compile(new Uint8Array(readFileSync(file)), optionsFor(file))
  } catch (error) {
    if (error instanceof OpineError) return error.code
    throw error
  }
}
