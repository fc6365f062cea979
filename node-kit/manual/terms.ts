import type { Given } from '../configuration.ts'
import type { LoadFile, Rooted } from '../model-store/fetch-model.ts'
import { loadModels, type ModelSettings } from '../model-store/load-models.ts'
import { type AccountSettings, openAccounts } from '../signing-accounts.ts'
import { storePath } from '../store-life.ts'
import type { DeedTerms } from './deed.ts'
import { waitOf } from './session.ts'
import type { View } from './view.ts'

type TermsSettings = AccountSettings & { readonly data: string; readonly feeCap: bigint }

/** What a deed by hand is done with. @param service  the daemon in whose place, and under whose records, it is done */
export async function termsOf(service: string, settings: TermsSettings, given: Given): Promise<DeedTerms> {
  const [wallet, ...helpers] = await openAccounts(settings, process.env)
  const { data, feeCap } = settings
  return { wallet, helpers, store: storePath(data, service), send: given.send === true, wait: waitOf(given), feeCap }
}

/** The models that a command is told of. @throws {OpineError} those of `loadModels` */
export const modelsOf = <M extends Rooted>({ chain, log }: View, settings: ModelSettings, load: LoadFile<M>): Promise<M[]> =>
  loadModels(settings, load, { models: chain.contracts.models, log, signal: new AbortController().signal })
