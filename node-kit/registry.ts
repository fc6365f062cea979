import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from './contracts.ts'
import { type ModelState, readModel } from './reads.ts'
import { revertOf } from './revert.ts'

type Many = { readonly length: number }

/** A model here, as far as the registry knows one. */
type LocalModel = {
  readonly root: Hex
  readonly program: { readonly inputs: Many; readonly constants: Many; readonly kernels: Many; readonly outputs: Many }
  readonly tree: { readonly bufferRoot: Uint8Array }
}

/**
 * Makes sure that the registry means the same by a model's root as this machine: before the first bond.
 * @throws {OpineError} `MODEL_UNREGISTERED`; `MODEL_DIFFERS` in a count or in the buffer root
 */
export async function checkRegistered(contracts: Contracts, { root, program, tree }: LocalModel): Promise<void> {
  let registered: ModelState
  try {
    registered = await readModel(contracts, root)
  } catch (error) {
    if (revertOf(error)?.name !== 'ModelRegistry_UnknownModel') throw error
    const next = 'register it (opine model register), or give the file that was registered'
    throw new OpineError('MODEL_UNREGISTERED', `no model ${root} is registered at ${contracts.models.address}; ${next}`, { root })
  }
  const { inputs, constants, kernels, outputs } = program
  const counts = { inputs: inputs.length, constants: constants.length, kernels: kernels.length, outputs: outputs.length }
  const local: ModelState = { bufferRoot: toHex(tree.bufferRoot), ...counts }
  const differing = (Object.keys(local) as (keyof ModelState)[]).filter((name) => local[name] !== registered[name])
  if (differing.length === 0) return
  const facts = differing.map((name) => `${name} ${registered[name]} there, ${local[name]} here`).join('; ')
  throw new OpineError('MODEL_DIFFERS', `the registry's record of ${root} is not this machine's: ${facts}`, { root, differing })
}
