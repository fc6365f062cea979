import type { Proved } from '../../certify/certificate.ts'
import type { Program } from '../../ir/types.ts'
import type { WasmExecutor } from '../wasm/executor.ts'
import { planOf, type Wanted } from './plan.ts'
import { end } from './prepared.ts'
import { type ProviderName, providerOf } from './providers.ts'
import { openRunner, type Runner } from './run.ts'
import { type OpenSession, openSession, type SessionSettings } from './runtime.ts'
import { selfTest } from './self-test.ts'
import { orderFreeShare } from './share.ts'
import { canonicalTime, reasons, thousandths } from './timing.ts'

/** Share of the work that a provider must be able to take over before the runtime is loaded and its sessions are timed. */
const WORTH_A_TRIAL = 0.5

/** What computes any program, and defines what is right here. */
export type Canonical = Pick<WasmExecutor, 'execute' | 'executeCommitted' | 'commit'>

/** A provider with its sessions, once they gave the right bits. @property milliseconds  of a run that gives what is wanted */
export type Candidate = { readonly provider: ProviderName; readonly runner: Runner; readonly milliseconds: number }

/**
 * How providers are tried.
 * @property fastest  whether the fastest of those that pass is taken, the canonical executor among them; else the first
 * @property open     makes sessions; the stock runtime if not given
 * @property refuse   told of a provider that failed @property note  told of what else an operator wants to know
 */
export type Trial = {
  readonly program: Program
  readonly certificate: Proved
  readonly wanted: Wanted
  readonly settings: SessionSettings & { readonly fastest?: boolean; readonly looks?: boolean; readonly open?: OpenSession }
  readonly canonical: Canonical
  readonly refuse: (provider: ProviderName, error: unknown) => void
  readonly note: (event: 'executorChosen' | 'providerUseless', fields: Readonly<Record<string, unknown>>) => void
}

/** The provider that runs a program from now on, of these in their order; null for the canonical executor. The sessions of others are ended. */
export async function chooseAmong(providers: readonly ProviderName[], trial: Trial): Promise<Candidate | null> {
  const { program, certificate, wanted, canonical, note } = trial
  const { fastest = false } = trial.settings
  const share = orderFreeShare(program, certificate)
  if (fastest && share < WORTH_A_TRIAL) {
    const why = 'most of the work is not order-free, and runs canonically in any case'
    note('executorChosen', { provider: 'wasm', wanted, why, orderFree: thousandths(share) })
    return null
  }
  const passed: Candidate[] = []
  const times: Record<string, number> = {}
  for (const name of providers) {
    const tried = await attempt(name, trial)
    if (!tried) continue
    passed.push(tried)
    times[name] = thousandths(tried.milliseconds)
    if (!fastest) break
  }
  if (fastest) times.wasm = thousandths(canonicalTime(canonical, program, certificate, wanted))
  const best = passed.reduce<Candidate | null>((least, each) => (least && least.milliseconds <= each.milliseconds ? least : each), null)
  const chosen = best && (!fastest || best.milliseconds < times.wasm!) ? best : null
  for (const each of passed) if (each !== chosen) await each.runner.close()
  note('executorChosen', {
    provider: chosen?.provider ?? 'wasm',
    wanted,
    why: fastest ? 'the fastest that gave the right bits' : chosen ? 'the first that gave the right bits' : 'no provider is left',
    milliseconds: times,
    orderFree: thousandths(share),
    ...(chosen ? reasons(chosen.runner.plan) : {}),
  })
  return chosen
}

/** A provider's sessions, once they passed; null if it fails, which ends them, or has nothing to run. */
async function attempt(name: ProviderName, trial: Trial): Promise<Candidate | null> {
  const { program, certificate, wanted, settings, canonical, refuse, note } = trial
  const provider = providerOf(name)
  const plan = planOf(program, certificate, provider, wanted, settings.looks)
  if (!plan.stages.some(({ kind }) => kind === 'stock')) {
    note('providerUseless', { provider: name, ...reasons(plan) })
    return null
  }
  let runner: Runner | null = null
  try {
    runner = await openRunner(program, plan, provider, { ...settings, canonical, open: settings.open ?? openSession })
    const milliseconds = await selfTest(program, runner, name, certificate.conditions, canonical.execute)
    return { provider: name, runner, milliseconds }
  } catch (error) {
    refuse(name, error)
    if (runner) await end(runner)
    return null
  }
}
