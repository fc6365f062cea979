import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Result } from 'ethers'
import type { Contract } from '../contracts.ts'
import { revertOf } from '../revert.ts'

/** What the registry says of a version or a program. @property uris  where its files are said to be, best first, each once */
export type Registered = { readonly root: string; readonly uris: readonly string[] }

/**
 * Reads where the files of a version, or of all versions of a program, are.
 * @param id  of a version, or root of a program
 * @throws {OpineError} `MODEL_UNREGISTERED` if it is neither; `MODEL_URI` if nobody said where
 */
export async function readRegistered(models: Contract, id: string): Promise<Registered> {
  const version = await readVersion(models, id)
  const versions = version ? [version] : await versionsOf(models, id)
  const standing = [...versions.filter(({ retired }) => !retired), ...versions.filter(({ retired }) => retired)]
  const uris = [...new Set(standing.map(({ uri }) => uri))].filter((uri) => uri !== '')
  if (uris.length > 0) return { root: standing[0]!.root, uris }
  const message = `the registry does not say where the files of ${id} are; get them from the author and give --model FILE`
  throw new OpineError('MODEL_URI', message, { id })
}

type Version = { readonly root: string; readonly uri: string; readonly retired: boolean }

async function readVersion(models: Contract, id: string): Promise<Version | null> {
  try {
    const [version] = (await models.read('version', id)) as unknown as [Result]
    return { root: version.programRoot as string, uri: version.uri as string, retired: version.retired as boolean }
  } catch (error) {
    if (revertOf(error)?.name === 'ModelRegistry_UnknownVersion') return null
    throw error
  }
}

async function versionsOf(models: Contract, root: string): Promise<Version[]> {
  const [ids] = (await models.read('versionsOfProgram', root)) as unknown as [readonly string[]]
  const versions = await Promise.all([...ids].slice(0, 100).map((id) => readVersion(models, id)))
  if (versions.length > 0) return versions.filter((each) => each !== null)
  const message = `${root} is neither a version nor a program that is registered at ${models.address}; check the id, or --deployment`
  throw new OpineError('MODEL_UNREGISTERED', message, { root })
}
