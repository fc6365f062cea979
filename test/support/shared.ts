import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Models and conformance cases of others are not part of the repository: they lie in the folder named by `OPINE_SHARED`, or in `shared`
 * beside the checkout. Null where there is none; tests skip then.
 */
export function sharedFolder(): string | null {
  const folder = resolve(process.env.OPINE_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared'))
  return existsSync(folder) ? folder : null
}

/** A file in the shared folder; a reason to skip where it is absent, for `it(name, { skip })`. */
export function sharedFile(...path: string[]): { readonly path: string; readonly skip: string | false } {
  const folder = sharedFolder()
  const file = join(folder ?? 'shared', ...path)
  return {
    path: file,
    skip: existsSync(file) ? false : `${file} is not there; set OPINE_SHARED to the folder with models and conformance cases`,
  }
}
