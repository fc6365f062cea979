import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChallenger } from '@opine/challenger/challenger.ts'
import type { ChallengerOptions } from '@opine/challenger/options.ts'
import { type RequestTerms, requestTerms } from '@opine/client/request-terms.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { openChain } from '@opine/node-kit/chain.ts'
import { type Contracts, contractsAt } from '@opine/node-kit/contracts.ts'
import { type Deployment, deployProtocol } from '@opine/node-kit/deployment.ts'
import { modelIdOf, versionIdOf } from '@opine/node-kit/ids.ts'
import { createLog, type Log } from '@opine/node-kit/log.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { type AssertionState, type RequestState, readAssertion, readPayout, readRequest, readStake } from '@opine/node-kit/reads.ts'
import { readAssertions, type Standing } from '@opine/node-kit/settle.ts'
import { Store } from '@opine/node-kit/store.ts'
import type { OracleNodeOptions } from '@opine/oracle-node/options.ts'
import { runOracleNode } from '@opine/oracle-node/oracle-node.ts'
import { Contract } from 'ethers'
import { FREE, TERMS } from './arena.ts'
import { evidenceOf } from './evidence.ts'
import { account, LocalChain } from './local-chain.ts'

export type Line = { readonly event: string; readonly level: string; readonly kind?: string; readonly [name: string]: unknown }

/** A daemon in this process, with a connection and a store of its own. */
export type Actor = {
  readonly lines: readonly Line[]
  /** Log lines of an event. */
  readonly said: (event: string) => Line[]
  /** Kinds of the mined moves, in order. */
  readonly moves: () => string[]
  readonly stop: () => Promise<void>
  /** Rejects when the daemon ends by an error. */
  readonly ended: Promise<void>
}

type Run = (deps: { chain: Awaited<ReturnType<typeof openChain>>; store: Store; log: Log; signal: AbortSignal }) => Promise<void>

/** A chain behind WebSocket with the protocol and a model on it, and daemons that come and go. With OPINE_TEST_LOG set, they are heard. */
export class Theatre {
  readonly local: LocalChain
  readonly deployment: Deployment
  readonly contracts: Contracts
  readonly model: LoadedModel
  readonly #folder = mkdtempSync(join(tmpdir(), 'opine-theatre-'))
  readonly #actors = new Set<Actor>()

  private constructor(local: LocalChain, deployment: Deployment, model: LoadedModel) {
    this.local = local
    this.deployment = deployment
    this.model = model
    this.contracts = contractsAt(deployment, local.provider)
  }

  static async open(model: LoadedModel, terms: ProtocolTerms = TERMS): Promise<Theatre> {
    const local = await LocalChain.start()
    const theatre = new Theatre(local, await deployProtocol(await local.signer(0), terms), model)
    const { header, bufferRoot, proofs } = registrationOf(model.program)
    await theatre.transact(0, theatre.contracts.models.encode('register', header, bufferRoot, proofs))
    await theatre.transact(0, theatre.contracts.models.encode('createModel', model.root, FREE))
    return theatre
  }

  /** The model as the first account offers it, for nothing. */
  get versionId(): Hex {
    const { chainId, models } = this.deployment
    return versionIdOf(chainId, models, modelIdOf(chainId, models, account(0).address, this.model.root), this.model.root)
  }

  /** A transaction of an account that is no daemon's. */
  async transact(who: number, call: { to: string; data: string }, value = 0n): Promise<void> {
    await (await (await this.local.signer(who)).sendTransaction({ ...call, value })).wait()
  }

  stake(who: number, value: bigint): Promise<void> {
    return this.transact(who, this.contracts.operators.encode('stake'), value)
  }

  /** Asks from an account. @returns the request's id */
  async ask(
    who: number,
    input: Uint8Array,
    { liveness = 3600, bond = TERMS.minBond, fee = 10n ** 16n, deadline = 86_400, ...others }: Partial<RequestTerms> = {},
  ): Promise<Hex> {
    const { oracle } = this.contracts
    const now = (await this.local.provider.getBlock('latest'))!.timestamp
    const terms = requestTerms({ ...others, deadline: now + deadline, liveness, bond, fee })
    const [due] = (await oracle.read('estimateFee', this.versionId, terms)) as unknown as [bigint]
    const call = oracle.encode('requestInference', this.versionId, input, terms)
    const signer = await this.local.signer(who)
    const receipt = await (await signer.sendTransaction({ ...call, value: due })).wait()
    const log = receipt!.logs.find(({ address }) => address === oracle.address)!
    return oracle.abi.parseLog(log)!.args.requestId as Hex
  }

  /** Writes down what games over an assertion need. */
  async prepare(who: number, assertionId: Hex): Promise<void> {
    const { address, abi } = this.contracts.oracle
    const evidence = await evidenceOf(new Contract(address, abi, this.local.provider), this.model.program, assertionId)
    await this.transact(who, this.contracts.oracle.encode('prepare', assertionId, evidence))
  }

  request = (requestId: Hex): Promise<RequestState> => readRequest(this.contracts, requestId)
  assertions = (requestId: Hex): Promise<Standing[]> => readAssertions(this.contracts, requestId)
  assertion = (id: Hex): Promise<AssertionState> => readAssertion(this.contracts, id)
  payout = (who: number): Promise<bigint> => readPayout(this.contracts, account(who).address)
  stakeOf = (who: number) => readStake(this.contracts, account(who).address)

  /** @param stage  node to connect to, and which of several stores is used */
  oracleNode(who: number, options: Partial<OracleNodeOptions> = {}, { url = this.local.url, store = '' } = {}): Promise<Actor> {
    const full = { models: [this.model], poll: 100, ...options }
    return this.#start(`oracle-node-${who}${store}`, url, (deps) => runOracleNode(full, { ...deps, wallet: account(who) }))
  }

  /** @param who  null for a watchtower */
  challenger(who: number | null, options: Partial<ChallengerOptions> = {}, { url = this.local.url, store = '' } = {}): Promise<Actor> {
    const full = { models: [this.model], poll: 100, ...options }
    const wallet = who === null ? null : account(who)
    return this.#start(`challenger-${who}${store}`, url, (deps) => runChallenger(full, { ...deps, wallet }))
  }

  /** Ends all daemons that run. */
  async dismiss(): Promise<void> {
    for (const actor of this.#actors) await actor.stop()
  }

  async close(): Promise<void> {
    await this.dismiss()
    await this.local.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #start(name: string, url: string, run: Run): Promise<Actor> {
    const lines: Line[] = []
    const write = (line: string): void => {
      lines.push(JSON.parse(line))
      if (process.env.OPINE_TEST_LOG) process.stderr.write(line)
    }
    const log = createLog({ format: 'json', service: name, minimum: 'debug', write })
    const store = Store.open(join(this.#folder, `${name}.sqlite`))
    const chain = await openChain({ url, backoff: [20, 200] }, this.deployment, log)
    const controller = new AbortController()
    const ended = run({ chain, store, log, signal: controller.signal }).finally(() => {
      chain.close()
      store.close()
      this.#actors.delete(actor)
    })
    const said = (event: string): Line[] => lines.filter((line) => line.event === event)
    const stop = async (): Promise<void> => {
      controller.abort()
      await ended.catch(() => {})
    }
    const actor: Actor = { lines, said, moves: () => said('move').map(({ kind }) => kind!), stop, ended }
    ended.catch(() => {})
    this.#actors.add(actor)
    return actor
  }
}
