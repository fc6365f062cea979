import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** @property path  from the repository's root */
export type ZooModel = { readonly name: string; readonly path: string; readonly file: string }

/** Our own trained models, each in the folder of its name; what is made of them lies elsewhere. */
export const zooModels = (): ZooModel[] =>
  globSync('models/zoo/*/*.onnx', { cwd: ROOT })
    .sort()
    .map((path) => ({ name: basename(path, '.onnx'), path, file: join(ROOT, path) }))
    .filter(({ name, path }) => basename(dirname(path)) === name)
