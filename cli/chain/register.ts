import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { revertOf } from '@opine/node-kit/revert.ts'
import { type Contract, type TransactionReceipt, ZeroAddress } from 'ethers'
import { send } from './send.ts'

/**
 * How a program is offered.
 * @property model       an own model that gets it as its next version; without it, a new model is made
 * @property price       wei for each request of a new model
 * @property royaltyBps  of the price, for `royaltyReceiver`; basis points
 * @property uri         where the version's files are
 */
export type Offer = {
  readonly model?: bigint
  readonly price?: bigint
  readonly royaltyReceiver?: string
  readonly royaltyBps?: number
  readonly uri?: string
}

/** @property proved  whether the program was new to the registry; else only a version was added. */
export type Registered = {
  readonly programRoot: string
  readonly modelId: bigint
  readonly versionId: string
  readonly proved: boolean
  readonly receipts: readonly TransactionReceipt[]
}

/**
 * Proves a program unless somebody did, and offers it as a version; repeated after an interruption, it proves nothing twice.
 * @param say  hears what is being done
 * @throws the registry's own errors
 */
export async function registerProgram(
  models: Contract,
  program: Program,
  offer: Offer = {},
  say: (line: string) => void = () => {},
): Promise<Registered> {
  say('hashing the program')
  const { programRoot, header, bufferRoot, proofs } = registrationOf(program)
  const root = toHex(programRoot)
  const leaves = proofs.map(({ meta, body, siblings }) => ({ meta: toHex(meta), body: toHex(body), siblings: siblings.map(toHex) }))
  const proof = [toHex(header), toHex(bufferRoot), leaves]
  const proved = !(await isKnown(models, proof))
  say(proved ? `1 of 2  registering program ${root}, ${proofs.length} leaves` : `1 of 2  program ${root} was registered before`)
  const receipts = proved ? [await send(models, 'register', proof)] : []
  const { price = 0n, royaltyReceiver = ZeroAddress, royaltyBps = 0, uri = '' } = offer
  say(offer.model === undefined ? '2 of 2  offering it as a new model' : `2 of 2  offering it as a version of model ${offer.model}`)
  const last =
    offer.model === undefined
      ? await send(models, 'createModel', [root, { price, royaltyReceiver, royaltyBps, uri }])
      : await send(models, 'addVersion', [offer.model, root, uri])
  const added = last.logs.map((log) => models.interface.parseLog(log)).find((event) => event?.name === 'VersionAdded')!
  const { modelId, versionId } = added.args
  return { programRoot: root, modelId, versionId, proved, receipts: [...receipts, last] }
}

/** Tries the registration without sending it: whatever is wrong with it but that it was made before is thrown. */
async function isKnown(models: Contract, proof: readonly unknown[]): Promise<boolean> {
  try {
    await models.getFunction('register').staticCall(...proof)
    return false
  } catch (error) {
    if (revertOf(error)?.name !== 'ModelRegistry_AlreadyRegistered') throw error
    return true
  }
}
