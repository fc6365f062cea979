import { type RequestTerms, requestTerms } from '@opine/client/request-terms.ts'
import { LEVELS } from '@opine/dispute-game/game/types.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { splitInputs } from '@opine/models/trace/commit.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { type Contracts, contractsAt } from '@opine/node-kit/contracts.ts'
import { type Deployment, deployProtocol } from '@opine/node-kit/deployment.ts'
import { modelIdOf, versionIdOf } from '@opine/node-kit/ids.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { readAssertions, type Standing } from '@opine/node-kit/settle.ts'
import type { ContractTransactionReceipt, JsonRpcProvider, Result } from 'ethers'
import { Arena, ETHER, FREE, TERMS } from '../support/arena.ts'
import { account } from '../support/local-chain.ts'

type Call = { readonly to: string; readonly data: string }
type Speaking = 'oracle' | 'game' | 'claims' | 'operators'

/** The chain of a scenario: the protocol and one model on it, and what those do who are no daemons. Account 0 deployed and offers the model. */
export class Ground {
  readonly provider: JsonRpcProvider
  readonly deployment: Deployment
  readonly contracts: Contracts
  readonly model: LoadedModel

  constructor(provider: JsonRpcProvider, deployment: Deployment, model: LoadedModel) {
    this.provider = provider
    this.deployment = deployment
    this.contracts = contractsAt(deployment, provider)
    this.model = model
  }

  /** Deploys the protocol and registers the model. */
  static async lay(provider: JsonRpcProvider, model: LoadedModel, terms: ProtocolTerms): Promise<Ground> {
    const ground = new Ground(provider, await deployProtocol(await provider.getSigner(0), terms), model)
    const { header, bufferRoot, proofs } = registrationOf(model.program)
    await ground.transact(0, ground.contracts.models.encode('register', header, bufferRoot, proofs))
    await ground.transact(0, ground.contracts.models.encode('createModel', model.root, FREE))
    return ground
  }

  address = (who: number): string => account(who).address

  /** The model as account 0 offers it, for nothing. */
  get versionId(): Hex {
    const { chainId, models } = this.deployment
    return versionIdOf(chainId, models, modelIdOf(chainId, models, account(0).address, this.model.root), this.model.root)
  }

  /** A transaction of an account that is no daemon's. */
  async transact(who: number, call: Call, value = 0n): Promise<ContractTransactionReceipt> {
    const signer = await this.provider.getSigner(who)
    return (await (await signer.sendTransaction({ ...call, value })).wait()) as unknown as ContractTransactionReceipt
  }

  stake = (who: number, value: bigint) => this.transact(who, this.contracts.operators.encode('stake'), value)

  async now(): Promise<number> {
    return (await this.provider.getBlock('latest'))!.timestamp
  }

  async mine(blocks = 1): Promise<void> {
    await this.provider.send('anvil_mine', [`0x${blocks.toString(16)}`])
  }

  /** Lets time pass, in a block of its own. */
  async pass(seconds: number): Promise<void> {
    await this.provider.send('evm_increaseTime', [seconds])
    await this.provider.send('evm_mine', [])
  }

  /** Terms of a request, completed: a day until the deadline, an hour of liveness, a bond of 1 and a fee of 0.01 ether. */
  async terms(terms: Partial<RequestTerms> = {}): Promise<RequestTerms> {
    return requestTerms({ deadline: (await this.now()) + 86_400, liveness: 3600, bond: TERMS.minBond, fee: ETHER / 100n, ...terms })
  }

  /** Wei due for a request. */
  async due(terms: RequestTerms): Promise<bigint> {
    return ((await this.contracts.oracle.read('estimateFee', this.versionId, terms)) as unknown as [bigint])[0]
  }

  /** Asks from an account. @returns the request's id */
  async ask(who: number, input: Uint8Array, terms: Partial<RequestTerms> = {}): Promise<Hex> {
    const full = await this.terms(terms)
    const call = this.contracts.oracle.encode('requestInference', this.versionId, input, full)
    return this.requestIn(await this.transact(who, call, await this.due(full)))
  }

  /** The request that a transaction made. */
  requestIn(receipt: ContractTransactionReceipt): Hex {
    const [made] = this.eventsIn(receipt, 'oracle', 'InferenceRequested')
    if (!made) throw new Error('the transaction made no request')
    return made.requestId as Hex
  }

  eventsIn(receipt: ContractTransactionReceipt, contract: Speaking, name: string): Result[] {
    const { address, abi } = this.contracts[contract]
    const own = receipt.logs.filter((log) => log.address.toLowerCase() === address.toLowerCase())
    return own.map((log) => abi.parseLog(log)).flatMap((parsed) => (parsed?.name === name ? [parsed.args] : []))
  }

  /** All events of a name, oldest first. @param indexed  values of its indexed arguments, null for any */
  events = async (contract: Speaking, name: string, ...indexed: readonly (string | null)[]): Promise<Result[]> => {
    const { address, abi } = this.contracts[contract]
    const logs = await this.provider.getLogs({ address, topics: abi.encodeFilterTopics(name, [...indexed]), fromBlock: 0 })
    return logs.map((log) => abi.parseLog(log)!.args)
  }

  /** The chain as scripted players use it: strategies, and moves by hand. */
  async arena(): Promise<Arena> {
    const signers = await this.provider.listAccounts()
    const addresses = signers.map(({ address }) => address)
    return new Arena(this.provider, this.deployment, this.model.program, signers, addresses, LEVELS)
  }

  assertions = (requestId: Hex): Promise<Standing[]> => readAssertions(this.contracts, requestId)
  statuses = async (requestId: Hex): Promise<string[]> => (await this.assertions(requestId)).map(({ status }) => status)
  truth = (input: Uint8Array): Trace => buildTrace(this.model.program, splitInputs(this.model.program, input), execute)
}
