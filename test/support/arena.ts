import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { Governance } from '@opine/abi/generated/Governance.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OperatorRegistry } from '@opine/abi/generated/OperatorRegistry.ts'
import { Parameters } from '@opine/abi/generated/Parameters.ts'
import { RewardClaims } from '@opine/abi/generated/RewardClaims.ts'
import { type RequestTerms, requestTerms } from '@opine/client/request-terms.ts'
import { LEVELS } from '@opine/dispute-game/game/types.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { outputBytes, splitInputs, traceTree } from '@opine/models/trace/commit.ts'
import { type ProgramTree, programTree } from '@opine/models/trace/program-tree.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { type Deployment, deployProtocol } from '@opine/node-kit/deployment.ts'
import { modelIdOf, versionIdOf } from '@opine/node-kit/ids.ts'
import { Oaths } from '@opine/node-kit/oaths.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { Contract, type ContractTransactionReceipt, Interface, type JsonRpcApiProvider, type Signer, ZeroAddress } from 'ethers'
import { embeddedChain } from './embedded-chain.ts'
import { evidenceOf } from './evidence.ts'
import { refusalOf } from './revert-data.ts'

export const GWEI = 10n ** 9n
export const ETHER = 10n ** 18n

export const TERMS: ProtocolTerms = { clock: 3600, extension: 300, gameBond: ETHER / 10n, minBond: ETHER, claimWindow: 3600 }

/** Terms of a model that costs nothing. */
export const FREE = { price: 0n, royaltyReceiver: ZeroAddress, royaltyBps: 0, uri: '' } as const

/** Every custom error and event of the protocol, to name what a call reverted with. */
export const ERRORS = new Interface([
  ...new Map(
    [Attestations, DisputeGame, Governance, InferenceOracle, ModelRegistry, OperatorRegistry, Parameters, RewardClaims]
      .flatMap(({ abi }) => abi.filter(({ type }) => type === 'error'))
      .map((entry) => [JSON.stringify(entry), entry]),
  ).values(),
])

export type Asked = { readonly requestId: string; readonly input: Uint8Array }
export type Asserted = {
  readonly id: string
  readonly output: Uint8Array
  readonly salt: Uint8Array
  readonly trace: Trace
}

/** An embedded chain with the protocol deployed on it and one program registered: where strategies meet the real contracts. */
export class Arena {
  readonly provider: JsonRpcApiProvider
  readonly deployment: Deployment
  readonly program: Program
  readonly tree: ProgramTree
  readonly signers: readonly Signer[]
  readonly addresses: readonly string[]
  readonly levels: number

  constructor(
    provider: JsonRpcApiProvider,
    deployment: Deployment,
    program: Program,
    signers: readonly Signer[],
    addresses: readonly string[],
    levels: number,
  ) {
    this.provider = provider
    this.deployment = deployment
    this.program = program
    this.tree = programTree(program)
    this.signers = signers
    this.addresses = addresses
    this.levels = levels
  }

  /** @param chain  one with unlocked accounts; a fresh embedded one if left out */
  static async create(program: Program, terms: ProtocolTerms = TERMS, chain?: JsonRpcApiProvider): Promise<Arena> {
    const provider = chain ?? (await embeddedChain())
    const accounts = await provider.listAccounts()
    const deployment = await deployProtocol(accounts[0]!, terms)
    const arena = new Arena(
      provider,
      deployment,
      program,
      accounts,
      accounts.map((account) => account.address),
      terms.levels ?? LEVELS,
    )
    const { header, bufferRoot, proofs } = registrationOf(program)
    await arena.send(arena.models(0).getFunction('register')(header, bufferRoot, proofs))
    await arena.send(arena.models(0).getFunction('createModel')(toHex(arena.tree.root), FREE))
    return arena
  }

  /** The program as the first account offers it, for nothing. */
  get versionId(): Hex {
    const { chainId, models } = this.deployment
    const root = toHex(this.tree.root)
    return versionIdOf(chainId, models, modelIdOf(chainId, models, this.addresses[0]!, root), root)
  }

  models = (who: number): Contract => new Contract(this.deployment.models, ModelRegistry.abi, this.signers[who]!)
  operators = (who: number): Contract => new Contract(this.deployment.operators, OperatorRegistry.abi, this.signers[who]!)
  oracle = (who: number): Contract => new Contract(this.deployment.oracle, InferenceOracle.abi, this.signers[who]!)
  game = (who: number): Contract => new Contract(this.deployment.game, DisputeGame.abi, this.signers[who]!)
  claims = (who: number): Contract => new Contract(this.deployment.claims, RewardClaims.abi, this.signers[who]!)

  async send(sent: Promise<{ wait: () => Promise<ContractTransactionReceipt | null> }>): Promise<ContractTransactionReceipt> {
    const receipt = await (await sent).wait()
    return receipt!
  }

  /** Events of one name in a receipt, decoded by one of the protocol's contracts. */
  events(receipt: ContractTransactionReceipt, contract: Contract, name: string) {
    return receipt.logs.flatMap((log) => {
      const parsed = log.address.toLowerCase() === String(contract.target).toLowerCase() ? contract.interface.parseLog(log) : null
      return parsed?.name === name ? [parsed.args] : []
    })
  }

  async pass(seconds: number): Promise<void> {
    await this.provider.send('evm_increaseTime', [seconds])
    await this.provider.send('evm_mine', [])
  }

  async now(): Promise<number> {
    return (await this.provider.getBlock('latest'))!.timestamp
  }

  async stake(who: number, amount: bigint): Promise<void> {
    await this.send(this.operators(who).getFunction('stake')({ value: amount }))
  }

  /** Terms of a request: a day of liveness, a bond of 1 and a fee of 0.01 ether, answers for 40 days, unless it is said otherwise. */
  async terms(terms: Partial<RequestTerms> = {}): Promise<RequestTerms> {
    return requestTerms({ deadline: (await this.now()) + 40 * 86_400, liveness: 86_400, bond: ETHER, fee: ETHER / 100n, ...terms })
  }

  /** Wei due for a request. */
  due(terms: RequestTerms): Promise<bigint> {
    return this.oracle(0).getFunction('estimateFee')(this.versionId, terms)
  }

  async ask(who: number, input: Uint8Array, terms: Partial<RequestTerms> = {}): Promise<Asked> {
    const full = await this.terms(terms)
    const oracle = this.oracle(who)
    const overrides = { value: await this.due(full) }
    const receipt = await this.send(oracle.getFunction('requestInference')(this.versionId, input, full, overrides))
    return { requestId: this.events(receipt, oracle, 'InferenceRequested')[0]!.requestId, input }
  }

  truth = (input: Uint8Array): Trace => buildTrace(this.program, splitInputs(this.program, input), execute)

  salt = (requestId: string, who: number): Uint8Array =>
    saltOf({ chainId: BigInt(this.deployment.chainId), oracle: this.deployment.oracle, requestId, account: this.addresses[who]! })

  async assert(who: number, { requestId }: Asked, trace: Trace): Promise<Asserted> {
    const salt = this.salt(requestId, who)
    const tree = traceTree(trace, salt)
    const output = outputBytes(trace)
    const oracle = this.oracle(who)
    const proofs = this.program.outputs.map((kernel) => branch(tree, kernel))
    const receipt = await this.send(oracle.getFunction('assertResult')(requestId, output, rootOf(tree), proofs))
    return { id: this.events(receipt, oracle, 'AssertionMade')[0]!.assertionId, output, salt, trace }
  }

  /** Writes down what games over the assertion need. */
  async prepare(who: number, assertionId: string): Promise<void> {
    const oracle = this.oracle(who)
    await this.send(oracle.getFunction('prepare')(assertionId, await evidenceOf(oracle, this.program, assertionId)))
  }

  /** Opens a game with a root, after what it needs is written down; the honest one is that of the true trace under the challenger's salt. */
  async open(who: number, assertion: Asserted, root: Uint8Array): Promise<string> {
    const game = this.game(who)
    if (BigInt((await this.oracle(who).getFunction('assertion')(assertion.id)).request) === 0n) await this.prepare(who, assertion.id)
    const value: bigint = await game.getFunction('challengerBond')(assertion.id)
    // What was revealed since the node reckoned makes it cost more.
    const receipt = await this.send(game.getFunction('open')(assertion.id, root, { value, gasLimit: 1_000_000n }))
    return this.events(receipt, game, 'GameOpened')[0]!.gameId
  }

  ownRoot = (who: number, requestId: string, truth: Trace): Uint8Array => rootOf(traceTree(truth, this.salt(requestId, who)))

  /** The asserter's EIP-712 signature under an interior list, SPEC section 7. */
  signInterior(who: number, assertionId: string, first: number, roots: readonly Uint8Array[]): Promise<string> {
    return new Oaths(this.signers[who]!, this.deployment).interior(assertionId, first, roots)
  }

  async payout(who: number): Promise<bigint> {
    return this.operators(who).getFunction('payoutOf')(this.addresses[who])
  }
}

/** The name of the custom error that a call reverts with; 'none' if it does not revert. */
export const revertName = (call: Promise<unknown>): Promise<string> => refusalOf(call, (data) => ERRORS.parseError(data)?.name, 'protocol')

export const bytesOf = (hex: string): Uint8Array => fromHex(hex)
