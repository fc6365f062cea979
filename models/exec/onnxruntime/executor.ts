import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Proved } from '../../certify/certificate.ts'
import { certifyProgram } from '../../certify/certify.ts'
import { inputsMeet } from '../../certify/conditions.ts'
import type { Program } from '../../ir/types.ts'
import { type Commitment, commitmentOfBuffers } from '../../trace/commitment.ts'
import type { ExecutorNote } from '../executors.ts'
import { checkInputs } from '../reference/execute.ts'
import * as alone from '../wasm/execute.ts'
import { type Candidate, type Canonical, chooseAmong } from './candidates.ts'
import type { Wanted } from './plan.ts'
import { Prepared } from './prepared.ts'
import type { ProviderName } from './providers.ts'
import { type OpenSession, reasonOf, type SessionSettings } from './runtime.ts'

/**
 * @property providers  in the order in which they are tried
 * @property fastest    whether the fastest of those that pass is taken, the canonical executor among them; else the first
 * @property looks      whether elements are recomputed before each answer; true if not given. Never without where something is at stake
 * @property canonical  of one thread if not given
 * @property certify    of a program, if not given what `certifyProgram` proves @property open  makes sessions; the stock runtime if not given
 */
export type StockOptions = SessionSettings & {
  readonly providers: readonly ProviderName[]
  readonly fastest?: boolean
  readonly looks?: boolean
  readonly certify?: (program: Program) => Proved
  readonly open?: OpenSession
  readonly canonical?: Canonical
}

/**
 * Runs what is order-free on the stock runtime, the rest canonically: the same bits. A provider is taken for a program once the program's
 * pipelines gave the right bits on it, and left as soon as an element that is recomputed differs; the canonical executor is always there.
 */
export class StockExecutor {
  readonly #options: StockOptions
  readonly #canonical: Canonical
  readonly #prepared = new WeakMap<Program, Prepared>()
  readonly #proved = new WeakMap<Program, Proved>()
  /** For whatever program: they gave a wrong bit. */
  readonly #refused = new Set<ProviderName>()
  /** As long as somebody holds their programs. */
  readonly #open = new Set<WeakRef<Prepared>>()
  readonly #notes: ExecutorNote[] = []
  /** Seed of the next look; begins anywhere, so that processes that live briefly look at different elements. */
  #seed = crypto.getRandomValues(new Uint32Array(1))[0]!

  constructor(options: StockOptions) {
    this.#options = options
    this.#canonical = options.canonical ?? alone
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    for (const prepared of this.#open) await prepared.deref()?.close()
  }

  /** Takes what another thread of this process proved of a program, in place of a proof of its own. */
  readonly prove = (program: Program, proved: Proved): void => {
    this.#proved.set(program, proved)
  }

  /** What happened since it was asked last: providers that were chosen, and refused. */
  readonly notes = (): ExecutorNote[] => this.#notes.splice(0)

  /** @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`, as the canonical executor */
  readonly execute = async (program: Program, inputs: readonly Uint8Array[]): Promise<Uint8Array[]> => {
    const buffers = await this.#run(program, inputs, 'all')
    return buffers ? buffers.map((bytes) => bytes!) : this.#canonical.execute(program, inputs)
  }

  /** @throws {OpineError} as `execute` */
  readonly commit = async (program: Program, inputs: readonly Uint8Array[]): Promise<Commitment> => {
    const buffers = await this.#run(program, inputs, 'committed')
    return buffers ? commitmentOfBuffers(program, buffers) : this.#canonical.commit(program, inputs)
  }

  /** Null where no provider is left that runs anything of the program, or the certificate does not hold for these inputs. */
  async #run(program: Program, inputs: readonly Uint8Array[], wanted: Wanted): Promise<(Uint8Array | null)[] | null> {
    checkInputs(program, inputs)
    const prepared = this.#prepare(program)
    if (!inputsMeet(program, prepared.certificate.conditions, inputs)) {
      this.#note('warn', 'inputOutOfRange', { effect: 'run canonically: the certificate does not hold for this input' })
      return null
    }
    for (;;) {
      const choice = prepared.choice(wanted, () => this.#choose(program, prepared, wanted))
      const chosen = await choice
      if (!chosen) return null
      const { provider, runner } = chosen
      if (!this.#mayUse(prepared, provider)) {
        if (prepared.isChosen(wanted, choice)) await prepared.leave(wanted, chosen)
        continue
      }
      try {
        return await runner.run(inputs, this.#options.looks === false ? undefined : this.#seed++)
      } catch (error) {
        // Else another run was told of it, or the sessions were ended meanwhile.
        if (!prepared.isChosen(wanted, choice)) continue
        this.#refuse(prepared, provider, error)
        await prepared.leave(wanted, chosen)
      }
    }
  }

  #prepare(program: Program): Prepared {
    let prepared = this.#prepared.get(program)
    if (!prepared) {
      prepared = new Prepared(this.#proved.get(program) ?? (this.#options.certify ?? certifyProgram)(program))
      this.#prepared.set(program, prepared)
      for (const known of this.#open) if (!known.deref()) this.#open.delete(known)
      this.#open.add(new WeakRef(prepared))
    }
    return prepared
  }

  #choose(program: Program, prepared: Prepared, wanted: Wanted): Promise<Candidate | null> {
    return chooseAmong(
      this.#options.providers.filter((name) => this.#mayUse(prepared, name)),
      {
        ...{ program, certificate: prepared.certificate, wanted, settings: this.#options, canonical: this.#canonical },
        refuse: (provider, error) => this.#refuse(prepared, provider, error),
        note: (event, fields) => this.#note('info', event, fields),
      },
    )
  }

  #mayUse(prepared: Prepared, provider: ProviderName): boolean {
    return !this.#refused.has(provider) && !prepared.failed.has(provider)
  }

  #refuse(prepared: Prepared, provider: ProviderName, error: unknown): void {
    const code = error instanceof OpineError ? error.code : 'PROVIDER_FAILED'
    if (code === 'PROVIDER_WRONG') this.#refused.add(provider)
    prepared.failed.add(provider)
    // Of all that a machine may have, most are not there.
    const expected = code === 'PROVIDER_FAILED' && this.#options.fastest === true
    this.#note(expected ? 'info' : 'warn', 'providerRefused', { provider, code, message: reasonOf(error) })
  }

  #note(level: 'info' | 'warn', event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#notes.push({ level, event, fields })
  }
}
