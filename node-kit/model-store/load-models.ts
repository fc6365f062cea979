import { join } from 'node:path'
import type { Contract } from '../contracts.ts'
import type { Log } from '../log.ts'
import type { LoadFile, Rooted } from './fetch-model.ts'
import { ModelStore } from './model-store.ts'
import type { ModelSource } from './source.ts'

/** A daemon's settings about models. @property modelLimit  MiB */
export type ModelSettings = {
  readonly data: string
  readonly model: readonly ModelSource[]
  readonly ipfsGateway: readonly string[]
  readonly modelLimit: number
  readonly privateUris: boolean
}

export type ModelDeps = { readonly models: Contract; readonly log: Log; readonly signal: AbortSignal }

/** The store of a daemon, in its folder of data. */
export const modelStoreOf = (
  { data, ipfsGateway, modelLimit, privateUris }: Omit<ModelSettings, 'model'>,
  log: Log,
  signal: AbortSignal,
): ModelStore =>
  new ModelStore({ folder: join(data, 'models'), gateways: ipfsGateway, limit: modelLimit * 2 ** 20, privateUris, log, signal })

/** All models that a daemon is told of, one after the other. @throws {OpineError} those of `ModelStore.load` */
export async function loadModels<M extends Rooted>(settings: ModelSettings, load: LoadFile<M>, deps: ModelDeps): Promise<M[]> {
  const store = modelStoreOf(settings, deps.log, deps.signal)
  const models: M[] = []
  for (const source of settings.model) models.push(await store.load(source, load, deps.models))
  return models
}
