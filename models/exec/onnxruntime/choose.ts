import type { Executor } from '../executors.ts'
import type { Canonical } from './candidates.ts'
import { StockExecutor } from './executor.ts'
import { PROVIDER_NAMES, type ProviderName, providerOf } from './providers.ts'

/** @property threads  of the runtime on the CPU; its own choice if left out */
type StockChoice = { readonly providers?: readonly string[]; readonly threads?: number; readonly canonical: Canonical }

/** Providers that a machine of this kind may have, beside the CPU. */
const BY_PLATFORM: Readonly<Record<string, readonly ProviderName[]>> = {
  linux: ['cuda', 'webgpu', 'cpu'],
  darwin: ['coreml', 'webgpu', 'cpu'],
  win32: ['dml', 'webgpu', 'cpu'],
}

const namesOf = (given: readonly string[]): ProviderName[] => given.map((name) => providerOf(name).name)

/** The stock runtime on the first of these providers that passes; on the CPU if none are given. @throws {OpineError} `PROVIDER_UNKNOWN` */
export const chosenProviders = ({ providers = ['cpu'], threads = 0, canonical }: StockChoice): Executor =>
  new StockExecutor({ providers: namesOf(providers), threads, canonical })

/** What is fastest here of what gives the right bits: all of a machine's providers, and the canonical executor. @throws {OpineError} `PROVIDER_UNKNOWN` */
export const fastestProvider = ({
  providers = BY_PLATFORM[process.platform] ?? PROVIDER_NAMES,
  threads = 0,
  canonical,
}: StockChoice): Executor => new StockExecutor({ providers: namesOf(providers), threads, canonical, fastest: true })
