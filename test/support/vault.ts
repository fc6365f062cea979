import { Governance } from '@opine/abi/generated/Governance.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { Parameters } from '@opine/abi/generated/Parameters.ts'
import { type ProtocolTerms, rulesOf } from '@opine/node-kit/protocol-terms.ts'
import { type BrowserProvider, type Contract, getCreateAddress, type Signer } from 'ethers'
import { TERMS } from './arena.ts'
import { as, deploy } from './deploy.ts'
import { embeddedChain } from './embedded-chain.ts'
import { errorName } from './error-name.ts'

export type Vault = { readonly vault: Contract; readonly parameters: Contract; readonly governance: Contract }

/**
 * The vault by itself, with its parameters and their governance: the accounts of `protocol` play oracle, game, claims and attestations.
 * The deployer governs without a timelock and is the guardian, unless the terms say otherwise.
 */
export async function deployVault(deployer: Signer, protocol: readonly string[], terms: Partial<ProtocolTerms> = {}): Promise<Vault> {
  const from = await deployer.getAddress()
  const nonce = await deployer.getNonce()
  const at = [0, 1, 2].map((offset) => getCreateAddress({ from, nonce: nonce + offset }))
  const { governor = from, guardian = from, timelock = 0 } = terms
  const { request, game, vault } = rulesOf({ ...TERMS, ...terms })
  const governance = await deploy(Governance, [governor, guardian, timelock, at[1], at[2]], deployer)
  const parameters = await deploy(Parameters, [at[0], request, game, vault], deployer)
  return { governance, parameters, vault: await deploy(OperatorRegistry, [at[0], at[1], ...protocol], deployer) }
}

/** Who plays what on a `VaultStage`: numbers of accounts; the others are anybody. */
export const [GOVERNOR, ORACLE, GAME, CLAIMS, GUARDIAN, ATTESTATIONS] = [0, 1, 2, 3, 4, 19] as const

/** An embedded chain with a vault on it whose protocol contracts are accounts. */
export class VaultStage {
  readonly chain: BrowserProvider
  readonly signers: readonly Signer[]
  readonly addresses: readonly string[]
  readonly vault: Contract
  readonly #parameters: Contract
  readonly #terms: Partial<ProtocolTerms>

  private constructor(
    chain: BrowserProvider,
    signers: readonly (Signer & { address: string })[],
    { vault, parameters }: Vault,
    terms: Partial<ProtocolTerms>,
  ) {
    this.chain = chain
    this.signers = signers
    this.addresses = signers.map(({ address }) => address)
    this.vault = vault
    this.#parameters = parameters
    this.#terms = terms
  }

  static async open(terms: Partial<ProtocolTerms>): Promise<VaultStage> {
    const chain = await embeddedChain()
    const signers = await chain.listAccounts()
    const protocol = [ORACLE, GAME, CLAIMS, ATTESTATIONS].map((who) => signers[who]!.address)
    const vault = await deployVault(signers[GOVERNOR]!, protocol, { ...terms, guardian: signers[GUARDIAN]!.address })
    return new VaultStage(chain, signers, vault, terms)
  }

  async send(who: number, method: string, ...args: readonly unknown[]): Promise<void> {
    await (await as(this.vault, this.signers[who]!).getFunction(method)(...args)).wait()
  }

  /** The custom error that a call reverts with; 'none' if it does not. */
  refused(who: number, method: string, ...args: readonly unknown[]): Promise<string> {
    const contract = as(this.vault, this.signers[who]!)
    return errorName(contract, contract.getFunction(method).staticCall(...args))
  }

  /** Changes rules of the vault against those that it began with. */
  async rule(change: object): Promise<void> {
    const { vault } = rulesOf({ ...TERMS, ...this.#terms })
    await (await this.#parameters.getFunction('setVaultRules')({ ...vault, ...change })).wait()
  }

  ready = (who: number): Promise<bigint> => this.vault.getFunction('readyOf')(this.addresses[who])
  owed = (who: number): Promise<bigint> => this.vault.getFunction('payoutOf')(this.addresses[who])
  stake = async (who: number): Promise<readonly bigint[]> => (await this.vault.getFunction('stakeOf')(this.addresses[who])).toArray()
  credit = (who: number, value: bigint): Promise<void> => this.send(GOVERNOR, 'credit', this.addresses[who], { value })
  balance = (who: number): Promise<bigint> => this.chain.getBalance(this.addresses[who]!)
  now = async (): Promise<number> => (await this.chain.getBlock('latest'))!.timestamp

  async pass(seconds: number): Promise<void> {
    await this.chain.send('evm_increaseTime', [seconds])
    await this.chain.send('evm_mine', [])
  }

  /** Lets the next block, which a transaction or a view then sees, be at this second. */
  async passTo(second: number): Promise<void> {
    await this.chain.send('evm_setNextBlockTimestamp', [second])
    await this.chain.send('evm_mine', [])
  }
}
