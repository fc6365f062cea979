import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel } from '@opine/models/load.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { type Anvil, type AnvilOptions, startAnvil } from '../support/anvil.ts'
import { ETHER, TERMS } from '../support/arena.ts'
import { account, accountKey } from '../support/local-chain.ts'
import { DaemonProcess } from './daemon-process.ts'
import { Ground } from './ground.ts'
import { minedSince } from './history.ts'
import { Ledger } from './ledger.ts'

const DIGITS = join(import.meta.dirname, '../../models/zoo/digits/digits.onnx')
const ACCOUNTS = 40
const STAKE = 10n * ETHER
/** Milliseconds between two looks of a daemon at a chain that announced nothing. */
const POLL = 250
/** Seconds that each daemon may take to start: it checks first what it computes with, which is work, and a machine may have many to start. */
const START = 40

/**
 * @property model    file of the model that is registered; digits of the zoo
 * @property stakers  accounts that stake 10 ether each
 */
export type StageOptions = {
  readonly model?: string
  readonly terms?: ProtocolTerms
  readonly anvil?: AnvilOptions
  readonly stakers?: readonly number[]
}

/**
 * @property name  in error messages, and of its folder; the role and the account
 * @property url   of another node, or of what stands before it
 * @property data  the folder of its state; one of its own
 * @property more  flags
 */
export type CastOptions = {
  readonly name?: string
  readonly url?: string
  readonly data?: string
  readonly more?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** An anvil node with the protocol and a model on it, and daemons that are processes of their own. With OPINE_TEST_LOG set, they are heard. */
export class Stage extends Ground {
  readonly anvil: Anvil
  readonly ledger: Ledger
  /** Temporary, for whatever a scenario needs; removed in the end. */
  readonly folder: string
  readonly daemons: DaemonProcess[] = []
  /** Transactions, by hash, that failed or changed nothing on a fork that a reorganisation took away. */
  readonly inVain = new Set<string>()
  readonly #modelFile: string

  private constructor(ground: Ground, anvil: Anvil, ledger: Ledger, folder: string, modelFile: string) {
    super(ground.provider, ground.deployment, ground.model)
    this.anvil = anvil
    this.ledger = ledger
    this.folder = folder
    this.#modelFile = modelFile
  }

  static async open({ model = DIGITS, terms = TERMS, anvil: options = {}, stakers = [] }: StageOptions = {}): Promise<Stage> {
    const anvil = await startAnvil({ accounts: ACCOUNTS, ...options })
    const folder = mkdtempSync(join(tmpdir(), 'opine-stage-'))
    try {
      const ground = await Ground.lay(anvil.provider, loadModel(readFileSync(model)), terms)
      writeDeployment(join(folder, 'deployment.json'), ground.deployment)
      const accounts = Array.from({ length: ACCOUNTS }, (_, index) => account(index).address)
      const ledger = await Ledger.open(anvil.provider, ground.contracts, accounts)
      await Promise.all(stakers.map((who) => ground.stake(who, STAKE)))
      return new Stage(ground, anvil, ledger, folder, model)
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

  operator(who: number, { lie, more = [], ...options }: CastOptions & { readonly lie?: string } = {}): DaemonProcess {
    return this.#daemon('oracle-node', who, { ...options, more: [...(lie === undefined ? [] : ['--lie', lie]), ...more] })
  }

  challenger(who: number, options: CastOptions = {}): DaemonProcess {
    return this.#daemon('challenger', who, options)
  }

  watchtower({ more = [], ...options }: CastOptions = {}): DaemonProcess {
    return this.#daemon('challenger', undefined, { ...options, more: ['--watchtower', ...more] })
  }

  /** Asks all daemons to end, or those that are named. */
  async dismiss(...daemons: readonly DaemonProcess[]): Promise<void> {
    await Promise.all((daemons.length > 0 ? daemons : this.daemons).map((daemon) => daemon.stop()))
  }

  /** What an account did to the protocol, by the names of the calls that succeeded, oldest first; not its dealings with the vault. */
  async deeds(who: number): Promise<string[]> {
    const { oracle, game, claims, attestations } = this.contracts
    const mined = await minedSince(this.provider, this.ledger.since)
    return mined.flatMap(({ from, to, data, ok }) => {
      const contract = [oracle, game, claims, attestations].find(({ address }) => address === to)
      return ok && from === this.address(who) && contract ? [contract.abi.getFunction(data.slice(0, 10))!.name] : []
    })
  }

  /** Waits until a condition holds. @throws {Error} after `seconds`, or when a daemon ended by itself, with the last words of all */
  async until(what: string, holds: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
    const end = performance.now() + 1000 * seconds
    while (!(await holds())) {
      if (performance.now() > end || this.daemons.some(({ crashes }) => crashes.length > 0)) {
        const words = this.daemons.map((daemon) => daemon.lastWords()).join('\n')
        throw new Error(`waited in vain until ${what}\n${words}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  /** Waits until every daemon has begun its first life. */
  begun(): Promise<void> {
    return this.until('they are there', () => this.daemons.every(({ said }) => said('started').length > 0), START * this.daemons.length)
  }

  #daemon(role: 'oracle-node' | 'challenger', who: number | undefined, options: CastOptions): DaemonProcess {
    const { name = `${role}-${who ?? 'watchtower'}`, url = this.anvil.url, more = [], env = {} } = options
    const { data = join(this.folder, name) } = options
    const files = ['--deployment', join(this.folder, 'deployment.json'), '--model', this.#modelFile, '--data', data]
    const args = [role, 'run', '--rpc', url, ...files, '--log', 'json', '--poll', String(POLL), ...more]
    const daemon = new DaemonProcess({ name, args, env, ...(who === undefined ? {} : { key: accountKey(who) }) })
    this.daemons.push(daemon)
    return daemon
  }
}
