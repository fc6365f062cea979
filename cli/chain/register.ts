import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import type { Contract, TransactionReceipt } from 'ethers'
import { send } from './send.ts'

export type Registered = { readonly programRoot: string; readonly receipt: TransactionReceipt }

/** Registers a program. @throws the registry's own errors */
export async function registerProgram(models: Contract, program: Program): Promise<Registered> {
  const { programRoot, header, bufferRoot, proofs } = registrationOf(program)
  const leaves = proofs.map(({ meta, body, siblings }) => ({ meta: toHex(meta), body: toHex(body), siblings: siblings.map(toHex) }))
  const receipt = await send(models, 'register', [toHex(header), toHex(bufferRoot), leaves])
  return { programRoot: toHex(programRoot), receipt }
}
