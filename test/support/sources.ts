import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const IMPORTS = /\b(?:from|import)\s*\(?\s*'([^']+)'/g

/**
 * What a module is made of: itself and all that it imports, directly or not, types too; of packages of others name and version.
 * @param file  an absolute path
 * @returns     for a path in the repository, or a package, the text that changes when it does
 */
export function sourcesOf(file: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const visit = (path: string): void => {
    const name = relative(ROOT, path)
    if (found.has(name)) return
    const text = readFileSync(path, 'utf8')
    found.set(name, text)
    for (const [, specifier] of text.matchAll(IMPORTS)) {
      if (specifier!.startsWith('.')) visit(resolve(dirname(path), specifier!))
      else if (specifier!.startsWith('@opine/')) visit(createRequire(path).resolve(specifier!))
      else if (!specifier!.startsWith('node:')) found.set(specifier!, versionOf(specifier!, path))
    }
  }
  visit(file)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function versionOf(specifier: string, from: string): string {
  const found = findPackageJSON(specifier, from)
  if (!found) throw new Error(`${from} imports ${specifier}, which is not installed`)
  return (JSON.parse(readFileSync(found, 'utf8')) as { readonly version: string }).version
}

/** The same as long as nothing changes that a module is made of. */
export function hashOfSources(file: string): string {
  const hash = createHash('sha256')
  for (const [name, text] of sourcesOf(file)) hash.update(`${name}\n${text.length}\n`).update(text)
  return hash.digest('hex')
}
