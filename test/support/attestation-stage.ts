import { Attestations } from '@opine/abi/generated/Attestations.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { type PlaceProof, placeProof } from '@opine/models/trace/place-proof.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { Contract, type ContractTransactionReceipt, type JsonRpcApiProvider, type Result } from 'ethers'
import { Arena, ETHER, TERMS } from './arena.ts'
import { errorName } from './error-name.ts'

export const [ALICE, BOB, CAROL, DEMANDER, HELPER, POOR, LATE] = [2, 3, 4, 5, 6, 7, 8] as const
export const DAY = 86_400
/** What an attestation locks. Everybody but `POOR`, who has a wei less than that, staked three times as much. */
export const STAKE = ETHER
/** Demands places all over the program. */
export const ANY = 2 ** 32 - 1

/** A chain with one version, which two attestations make active. */
export class AttestationStage {
  readonly arena: Arena
  readonly version: string
  #clean = ''

  private constructor(arena: Arena) {
    this.arena = arena
    this.version = arena.versionId
  }

  static async open(program: Program, terms: Partial<ProtocolTerms> = {}, chain?: JsonRpcApiProvider): Promise<AttestationStage> {
    const stage = new AttestationStage(await Arena.create(program, { ...TERMS, attestations: 2, attestationStake: STAKE, ...terms }, chain))
    for (const who of [ALICE, BOB, CAROL, LATE]) await stage.arena.stake(who, 3n * STAKE)
    await stage.arena.stake(POOR, STAKE - 1n)
    stage.#clean = await stage.arena.provider.send('evm_snapshot', [])
    return stage
  }

  /** Back to the beginning. */
  async reset(): Promise<void> {
    await this.arena.provider.send('evm_revert', [this.#clean])
    this.#clean = await this.arena.provider.send('evm_snapshot', [])
  }

  at = (who: number): Contract => new Contract(this.arena.deployment.attestations, Attestations.abi, this.arena.signers[who]!)
  send = (who: number, method: string, ...args: readonly unknown[]): Promise<ContractTransactionReceipt> =>
    this.arena.send(this.at(who).getFunction(method)(this.version, ...args))

  /** The custom error that a call reverts with; 'none' if it does not. */
  refused(who: number, method: string, ...args: readonly unknown[]): Promise<string> {
    const call = this.at(who).getFunction(method)
    return errorName(this.at(who), call.staticCall(this.version, ...args))
  }

  attest = (who: number) => this.send(who, 'attest')
  isActive = async (): Promise<boolean> => (await this.arena.models(0).getFunction('offer')(this.version)).active
  locked = async (who: number): Promise<bigint> => (await this.arena.operators(0).getFunction('stakeOf')(this.arena.addresses[who])).locked
  attesters = async (): Promise<number[]> =>
    (await this.at(0).getFunction('attestersOf')(this.version)).map((address: string) => this.arena.addresses.indexOf(address))
  bond = (): Promise<bigint> => this.at(0).getFunction('demandBond')()
  mine = async (blocks: number): Promise<void> => void (await this.arena.provider.send('hardhat_mine', [`0x${blocks.toString(16)}`]))

  /** Opens a demand with twice the least value. @returns its bond */
  async demand(buffer = ANY): Promise<bigint> {
    const receipt = await this.send(DEMANDER, 'demand', buffer, { value: 2n * (await this.bond()) })
    return this.arena.events(receipt, this.at(0), 'DemandOpened')[0]!.bond
  }

  async draw(): Promise<void> {
    await this.mine(3)
    await this.send(HELPER, 'draw')
  }

  places = async (): Promise<{ buffer: number; draw: bigint }[]> =>
    (await this.at(0).getFunction('placesOf')(this.version)).map((place: Result) => ({ buffer: Number(place.buffer), draw: place.draw }))

  answers = async (): Promise<PlaceProof[]> =>
    (await this.places()).map(({ buffer, draw }) => placeProof(this.arena.program, this.arena.tree, buffer, draw))
}
