import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { type LoadedModel, loadModel } from '@opine/models/load.ts'
import { splitInputs } from '@opine/models/trace/commit.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { type Contracts, contractsAt } from '@opine/node-kit/contracts.ts'
import { type Deployment, deployProtocol } from '@opine/node-kit/deployment.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { modelIdOf, versionIdOf } from '@opine/node-kit/ids.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { type RequestTerms, requestTerms } from '@opine/node-kit/request-terms.ts'
import { readAssertions, type Standing } from '@opine/node-kit/settle.ts'
import type { ContractTransactionReceipt, JsonRpcProvider } from 'ethers'
import { type Anvil, type AnvilOptions, startAnvil } from '../support/anvil.ts'
import { ETHER, FREE, TERMS } from '../support/arena.ts'
import { account, accountKey } from '../support/local-chain.ts'
import { DaemonProcess } from './daemon-process.ts'
import { Ledger } from './ledger.ts'

const DIGITS = join(import.meta.dirname, '../../models/zoo/digits/digits.onnx')
/** Accounts of the node, of which number 0 is the author's and deploys. */
const ACCOUNTS = 40
const STAKE = 10n * ETHER
/** Milliseconds between two looks of a daemon at a chain that announced nothing. */
const POLL = 250

/** @property model  file of the model that is registered; digits of the zoo @property stakers  accounts that stake 10 ether each */
export type StageOptions = {
  readonly model?: string
  readonly terms?: ProtocolTerms
  readonly anvil?: AnvilOptions
  readonly stakers?: readonly number[]
}

/** @property url  of another node, or of what stands before it @property data  the folder of its state; its own @property more  flags */
export type CastOptions = {
  readonly url?: string
  readonly data?: string
  readonly more?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly name?: string
}

type Call = { readonly to: string; readonly data: string }

/** An anvil node with the protocol and a model on it, and daemons that are processes of their own. With OPINE_TEST_LOG set, they are heard. */
export class Stage {
  readonly anvil: Anvil
  readonly provider: JsonRpcProvider
  readonly deployment: Deployment
  readonly contracts: Contracts
  readonly model: LoadedModel
  readonly ledger: Ledger
  /** Temporary, for whatever a scenario needs; removed in the end. */
  readonly folder: string
  readonly daemons: DaemonProcess[] = []
  readonly #modelFile: string

  private constructor(
    anvil: Anvil,
    folder: string,
    model: { readonly loaded: LoadedModel; readonly file: string },
    chain: { readonly deployment: Deployment; readonly contracts: Contracts; readonly ledger: Ledger },
  ) {
    this.anvil = anvil
    this.provider = anvil.provider
    this.folder = folder
    this.model = model.loaded
    this.#modelFile = model.file
    this.deployment = chain.deployment
    this.contracts = chain.contracts
    this.ledger = chain.ledger
  }

  static async open({ model: file = DIGITS, terms = TERMS, anvil: options = {}, stakers = [] }: StageOptions = {}): Promise<Stage> {
    const anvil = await startAnvil({ accounts: ACCOUNTS, ...options })
    const folder = mkdtempSync(join(tmpdir(), 'opine-stage-'))
    try {
      const { provider } = anvil
      const loaded = loadModel(readFileSync(file))
      const deployment = await deployProtocol(await provider.getSigner(0), terms)
      writeDeployment(join(folder, 'deployment.json'), deployment)
      const contracts = contractsAt(deployment, provider)
      const send = async (who: number, call: Call, value = 0n): Promise<void> =>
        void (await (await (await provider.getSigner(who)).sendTransaction({ ...call, value })).wait())
      const { header, bufferRoot, proofs } = registrationOf(loaded.program)
      await send(0, contracts.models.encode('register', header, bufferRoot, proofs))
      await send(0, contracts.models.encode('createModel', loaded.root, FREE))
      const accounts = Array.from({ length: ACCOUNTS }, (_, index) => account(index).address)
      const ledger = await Ledger.open(provider, contracts, accounts)
      await Promise.all(stakers.map((who) => send(who, contracts.operators.encode('stake'), STAKE)))
      return new Stage(anvil, folder, { loaded, file }, { deployment, contracts, ledger })
    } catch (error) {
      await anvil.stop()
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** Ends every process and removes the folder. */
  async close(): Promise<void> {
    await Promise.all(this.daemons.map((daemon) => daemon.kill()))
    await this.anvil.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  address = (who: number): string => account(who).address

  /** The model as account 0 offers it, for nothing. */
  get versionId(): Hex {
    const { chainId, models } = this.deployment
    return versionIdOf(chainId, models, modelIdOf(chainId, models, account(0).address, this.model.root), this.model.root)
  }

  // --- daemons

  operator(who: number, { more = [], ...options }: CastOptions & { readonly lie?: string } = {}): DaemonProcess {
    const lie = options.lie === undefined ? [] : ['--lie', options.lie]
    return this.#daemon('oracle-node', who, { ...options, more: [...lie, ...more] })
  }

  challenger(who: number, options: CastOptions = {}): DaemonProcess {
    return this.#daemon('challenger', who, options)
  }

  watchtower(options: CastOptions = {}): DaemonProcess {
    return this.#daemon('challenger', undefined, { ...options, more: ['--watchtower', ...(options.more ?? [])] })
  }

  /** Asks all daemons to end, or those that are named. */
  async dismiss(...daemons: readonly DaemonProcess[]): Promise<void> {
    await Promise.all((daemons.length > 0 ? daemons : this.daemons).map((daemon) => daemon.stop()))
  }

  #daemon(role: 'oracle-node' | 'challenger', who: number | undefined, options: CastOptions): DaemonProcess {
    const name = options.name ?? `${role}-${who ?? 'watchtower'}`
    const { url = this.anvil.url, data = join(this.folder, name), more = [], env = {} } = options
    const files = ['--deployment', join(this.folder, 'deployment.json'), '--model', this.#modelFile, '--data', data]
    const args = [role, 'run', '--rpc', url, ...files, '--log', 'json', '--poll', String(POLL), ...more]
    const daemon = new DaemonProcess({ name, args, env, ...(who === undefined ? {} : { key: accountKey(who) }) })
    this.daemons.push(daemon)
    return daemon
  }

  // --- the chain

  /** A transaction of an account that is no daemon's. */
  async transact(who: number, call: Call, value = 0n): Promise<ContractTransactionReceipt> {
    const signer = await this.provider.getSigner(who)
    return (await (await signer.sendTransaction({ ...call, value })).wait()) as unknown as ContractTransactionReceipt
  }

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

  eventsIn(receipt: ContractTransactionReceipt, contract: 'oracle' | 'game' | 'claims' | 'operators', name: string) {
    const { address, abi } = this.contracts[contract]
    const own = receipt.logs.filter((log) => log.address.toLowerCase() === address.toLowerCase())
    return own.map((log) => abi.parseLog(log)).flatMap((parsed) => (parsed?.name === name ? [parsed.args] : []))
  }

  /** All events of a name, oldest first; `indexed` as the ABI has them. */
  async events(contract: 'oracle' | 'game' | 'claims' | 'operators', name: string, ...indexed: readonly (string | null)[]) {
    const { address, abi } = this.contracts[contract]
    const logs = await this.provider.getLogs({ address, topics: abi.encodeFilterTopics(name, [...indexed]), fromBlock: 0 })
    return logs.map((log) => abi.parseLog(log)!.args)
  }

  assertions = (requestId: Hex): Promise<Standing[]> => readAssertions(this.contracts, requestId)
  statuses = async (requestId: Hex): Promise<string[]> => (await this.assertions(requestId)).map(({ status }) => status)
  truth = (input: Uint8Array): Trace => buildTrace(this.model.program, splitInputs(this.model.program, input), execute)

  /** Waits until a condition holds. @throws {Error} after `seconds`, with the last words of all daemons */
  async until(what: string, holds: () => Promise<boolean> | boolean, seconds = 30): Promise<void> {
    const end = performance.now() + 1000 * seconds
    while (!(await holds())) {
      if (performance.now() > end) {
        const words = this.daemons.map((daemon) => daemon.lastWords()).join('\n')
        throw new Error(`waited ${seconds} s in vain until ${what}\n${words}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}
