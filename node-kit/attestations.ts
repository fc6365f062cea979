import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Result } from 'ethers'
import type { Contracts } from './contracts.ts'
import { revertOf } from './revert.ts'

/** A pending demand for a version's files. Unix seconds, block numbers; `deadline` is 0 before the draw. */
export type DemandState = {
  readonly demander: string
  readonly openedAt: number
  readonly deadline: number
  readonly seedBlock: number
  readonly bond: bigint
}

/** `expires` is 0 for an account that did not attest. */
export type AttestationState = { readonly stake: bigint; readonly expires: number; readonly forfeit: boolean }

/** The program that a version is, and whether it is retired. @throws {OpineError} `VERSION_UNKNOWN` */
export async function readVersion({ models }: Contracts, version: Hex): Promise<{ programRoot: Hex; retired: boolean }> {
  try {
    const { programRoot, retired } = (await models.read('offer', version)) as unknown as { programRoot: Hex; retired: boolean }
    return { programRoot, retired }
  } catch (error) {
    if (revertOf(error)?.name !== 'ModelRegistry_UnknownVersion') throw error
    const next = 'opine model register prints a version id'
    throw new OpineError('VERSION_UNKNOWN', `no version ${version} is registered at ${models.address}; ${next}`, { version })
  }
}

export async function readDemand({ attestations }: Contracts, version: Hex): Promise<DemandState | undefined> {
  const [d] = (await attestations.read('demandOf', version)) as unknown as [Result]
  if (d.openedAt === 0n) return undefined
  const [openedAt, deadline, seedBlock] = [Number(d.openedAt), Number(d.deadline), Number(d.seedBlock)]
  return { demander: d.demander as string, openedAt, deadline, seedBlock, bond: d.bond as bigint }
}

export async function readAttestation({ attestations }: Contracts, version: Hex, attester: string): Promise<AttestationState> {
  const [stake, expires, forfeit] = (await attestations.read('attestationOf', version, attester)) as unknown as [bigint, bigint, boolean]
  return { stake, expires: Number(expires), forfeit }
}

/** Accounts whose attestations stand, latest first. */
export const readAttesters = async ({ attestations }: Contracts, version: Hex): Promise<string[]> =>
  [...((await attestations.read('attestersOf', version))[0] as Result)] as string[]

/** What a drawn demand asks for, in order. */
export async function readPlaces({ attestations }: Contracts, version: Hex): Promise<{ buffer: number; draw: bigint }[]> {
  const [places] = (await attestations.read('placesOf', version)) as unknown as [Result[]]
  return places.map((place) => ({ buffer: Number(place.buffer), draw: place.draw as bigint }))
}
