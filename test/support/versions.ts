import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { modelIdOf } from '@opine/node-kit/ids.ts'
import { Arena } from './arena.ts'
import type { Clinic } from './clinic.ts'

/** The model of a clinic with one weight changed by its last bit: another program, added as the model's next version. */
export async function anotherVersion(
  { arena, send }: Clinic,
  weight: number,
): Promise<{ readonly arena: Arena; readonly versionId: string }> {
  const constants = arena.program.constants.map((constant, i) => {
    if (i > 0) return constant
    const bytes = constant.bytes.slice()
    bytes[4 * weight]! ^= 1
    return { ...constant, bytes }
  })
  const program = { ...arena.program, constants }
  const other = new Arena(arena.provider, arena.deployment, program, arena.signers, arena.addresses, arena.levels)
  const { header, bufferRoot, proofs } = registrationOf(program)
  await send(arena.models(0), 0, 'register', [header, bufferRoot, proofs])
  const { chainId, models } = arena.deployment
  const modelId = modelIdOf(chainId, models, arena.addresses[0]!, toHex(arena.tree.root))
  const receipt = await send(arena.models(0), 0, 'addVersion', [modelId, other.tree.root, ''])
  return { arena: other, versionId: arena.events(receipt, arena.models(0), 'VersionAdded')[0]!.versionId }
}
