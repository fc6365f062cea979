import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Certificate } from '../../certify/certificate.ts'
import { certifyProgram } from '../../certify/certify.ts'
import { inputsMeet } from '../../certify/conditions.ts'
import type { Program } from '../../ir/types.ts'
import { type Commitment, commitmentOfBuffers } from '../../trace/commitment.ts'
import type { ExecutorNote } from '../executors.ts'
import { checkInputs } from '../reference/execute.ts'
import * as alone from '../wasm/execute.ts'
import type { WasmExecutor } from '../wasm/executor.ts'
import { planOf, type Wanted } from './plan.ts'
import { type ProviderName, providerOf } from './providers.ts'
import { openRunner, type Runner } from './run.ts'
import { type OpenSession, openSession, reasonOf, type SessionSettings } from './runtime.ts'
import { selfTest } from './self-test.ts'
import { canonicalTime, reasons, round } from './timing.ts'

/** What computes any program, and defines what is right here. */
export type Canonical = Pick<WasmExecutor, 'execute' | 'executeCommitted' | 'commit'>

/**
 * @property providers  in the order in which they are tried
 * @property fastest    whether the fastest of those that pass is taken, the canonical executor among them; else the first
 * @property canonical  of one thread if not given
 * @property certify    of a program, if not given what `certifyProgram` proves @property open  makes sessions; the stock runtime if not given
 */
export type StockOptions = SessionSettings & {
  readonly providers: readonly ProviderName[]
  readonly fastest?: boolean
  readonly certify?: (program: Program) => Pick<Certificate, 'kernels' | 'conditions'>
  readonly open?: OpenSession
  readonly canonical?: Canonical
}

/** @property milliseconds  of a run that gives what is wanted */
type Chosen = { readonly provider: ProviderName; readonly runner: Runner; readonly milliseconds: number }
type Proved = Pick<Certificate, 'kernels' | 'conditions'>
type Prepared = {
  readonly certificate: Proved
  readonly failed: Set<ProviderName>
  chosen: { [wanted in Wanted]?: Promise<Chosen | null> }
}

/**
 * Runs what is order-free on the stock runtime, the rest canonically: the same bits. A provider is taken for a program once the program's
 * pipelines gave the right bits on it, and left as soon as an element that is recomputed differs; the canonical executor is always there.
 */
export class StockExecutor {
  readonly #options: StockOptions
  readonly #canonical: Canonical
  readonly #prepared = new WeakMap<Program, Prepared>()
  /** For whatever program: they gave a wrong bit. */
  readonly #refused = new Set<ProviderName>()
  readonly #open = new Set<Prepared>()
  readonly #notes: ExecutorNote[] = []
  #runs = 0

  constructor(options: StockOptions) {
    this.#options = options
    this.#canonical = options.canonical ?? alone
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    for (const prepared of this.#open) {
      for (const chosen of Object.values(prepared.chosen)) await (await chosen)?.runner.close()
      prepared.chosen = {}
    }
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
      prepared.chosen[wanted] ??= this.#choose(program, prepared, wanted)
      const chosen = await prepared.chosen[wanted]
      if (!chosen) return null
      try {
        return await chosen.runner.run(inputs, this.#runs++)
      } catch (error) {
        this.#refuse(prepared, chosen.provider, error)
        prepared.chosen = {}
      }
    }
  }

  #prepare(program: Program): Prepared {
    let prepared = this.#prepared.get(program)
    if (!prepared) {
      const certificate = (this.#options.certify ?? certifyProgram)(program)
      prepared = { certificate, failed: new Set(), chosen: {} }
      this.#prepared.set(program, prepared)
      this.#open.add(prepared)
    }
    return prepared
  }

  async #choose(program: Program, prepared: Prepared, wanted: Wanted): Promise<Chosen | null> {
    const { providers, fastest = false } = this.#options
    const passed: Chosen[] = []
    const times: Record<string, number> = {}
    for (const name of providers) {
      if (this.#refused.has(name) || prepared.failed.has(name)) continue
      const tried = await this.#try(program, prepared, name, wanted)
      if (!tried) continue
      passed.push(tried)
      times[name] = round(tried.milliseconds)
      if (!fastest) break
    }
    if (fastest) times.wasm = round(canonicalTime(this.#canonical, program, prepared.certificate, wanted))
    const best = passed.reduce<Chosen | null>((least, each) => (least && least.milliseconds <= each.milliseconds ? least : each), null)
    const chosen = best && (!fastest || best.milliseconds < times.wasm!) ? best : null
    for (const each of passed) if (each !== chosen) await each.runner.close()
    const canonical = chosen ? reasons(chosen.runner.plan) : {}
    this.#note('info', 'executorChosen', {
      provider: chosen?.provider ?? 'wasm',
      wanted,
      why: fastest ? 'the fastest that gave the right bits' : chosen ? 'the first that gave the right bits' : 'no provider is left',
      milliseconds: times,
      ...canonical,
    })
    return chosen
  }

  /** A provider's sessions, once they passed; null if it is refused or has nothing to run. */
  async #try(program: Program, prepared: Prepared, name: ProviderName, wanted: Wanted): Promise<Chosen | null> {
    const provider = providerOf(name)
    const plan = planOf(program, prepared.certificate, provider, wanted)
    if (!plan.stages.some(({ kind }) => kind === 'stock')) {
      this.#note('info', 'providerUseless', { provider: name, ...reasons(plan) })
      return null
    }
    try {
      const runner = await openRunner(program, plan, provider, {
        ...this.#options,
        canonical: this.#canonical,
        open: this.#options.open ?? openSession,
      })
      return {
        provider: name,
        runner,
        milliseconds: await selfTest(program, runner, name, prepared.certificate.conditions, this.#canonical.execute),
      }
    } catch (error) {
      this.#refuse(prepared, name, error)
      return null
    }
  }

  #refuse(prepared: Prepared, provider: ProviderName, error: unknown): void {
    const code = error instanceof OpineError ? error.code : 'PROVIDER_FAILED'
    if (code === 'PROVIDER_WRONG') this.#refused.add(provider)
    prepared.failed.add(provider)
    this.#note('warn', 'providerRefused', { provider, code, message: reasonOf(error) })
  }

  #note(level: 'info' | 'warn', event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#notes.push({ level, event, fields })
  }
}
