import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Contract } from 'ethers'

/**
 * The version of a model to ask for a program: the given one, or the only one that offers it and is not retired.
 * @throws {OpineError} `VERSION_WRONG` if the given one is another program, `VERSION_NONE`, `VERSION_SEVERAL`
 */
export async function findVersion(models: Contract, programRoot: string, given?: string): Promise<string> {
  const read = models.getFunction('version')
  if (given !== undefined) {
    const found = (await read(given)).programRoot as string
    if (found === programRoot) return given
    throw new OpineError('VERSION_WRONG', `version ${given} is program ${found}, but --model is ${programRoot}; correct one of them`)
  }
  const ids: string[] = [...(await models.getFunction('versionsOfProgram')(programRoot))]
  const versions = await Promise.all(ids.map(async (id) => ({ id, retired: (await read(id)).retired as boolean })))
  const offered = versions.filter(({ retired }) => !retired).map(({ id }) => id)
  if (offered.length === 1) return offered[0]!
  if (offered.length === 0)
    throw new OpineError('VERSION_NONE', `no model offers program ${programRoot}; offer it with opine model register`, { programRoot })
  const message = `${offered.length} versions offer program ${programRoot}; choose one with --version-id: ${offered.join(', ')}`
  throw new OpineError('VERSION_SEVERAL', message, { programRoot, versions: offered })
}
