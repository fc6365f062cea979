import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** @property path  from the repository's root */
export type ZooModel = { readonly name: string; readonly path: string; readonly file: string }

/** Our own trained models, by the files that lie in the zoo. */
export const zooModels = (): ZooModel[] =>
  globSync('models/zoo/*/*.onnx', { cwd: ROOT })
    .sort()
    .map((path) => ({ name: basename(path, '.onnx'), path, file: join(ROOT, path) }))
