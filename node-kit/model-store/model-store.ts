import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { withoutQuery } from '../config.ts'
import type { Contract } from '../contracts.ts'
import { readBytes } from '../files.ts'
import { errorFields, type Log } from '../log.ts'
import { type Entry, ModelCache } from './cache.ts'
import { DOWNLOAD_TERMS, type DownloadTerms } from './download-terms.ts'
import { filesBeside } from './external-files.ts'
import { type Fetched, fetchModel, type LoadFile, type Rooted } from './fetch-model.ts'
import { type Place, placesOf, placesOfUri } from './place.ts'
import { readRegistered } from './registered.ts'
import type { ModelSource } from './source.ts'

/** While a model is fetched, it is said this often how far it is. */
const PROGRESS_MS = 2000

/**
 * @property folder    where fetched models are kept
 * @property gateways  of IPFS, in the order in which they are asked
 * @property limit     bytes that a model may have, with all its files
 * @property privateUris  whether the registry's addresses may be in private networks
 * @property signal    stops what is being fetched
 */
export type ModelStoreOptions = {
  readonly folder: string
  readonly gateways: readonly string[]
  readonly limit: number
  readonly privateUris?: boolean
  readonly log: Log
  readonly signal: AbortSignal
  readonly terms?: DownloadTerms
}

/** Models by source. What was fetched once is kept by the hash of its bytes and needs no network again. */
export class ModelStore {
  readonly #options: ModelStoreOptions
  #cache: ModelCache | undefined

  constructor(options: ModelStoreOptions) {
    this.#options = options
  }

  /**
   * Finds a model: a local file is read in place; anything else is taken from the folder, or fetched, verified and put there.
   * @param models  the registry, asked for a version or a program that is not in the folder; null where none is known
   * @throws {OpineError} `FILE_UNREADABLE`, `MODEL_...` naming the place and the next step, `STOPPED`, those of `load` and `filesBeside`
   */
  async load<M extends Rooted>(source: ModelSource, load: LoadFile<M>, models: Contract | null): Promise<M> {
    if (source.kind === 'file') {
      const read = (path: string): Uint8Array => readBytes(path, '--model')
      return load(source.text, read(source.text), filesBeside(source.text, read))
    }
    this.#cache ??= ModelCache.open(join(this.#options.folder))
    return this.#kept(source, load, this.#cache) ?? (await this.#fetched(source, load, models, this.#cache))
  }

  #kept<M extends Rooted>(source: ModelSource, load: LoadFile<M>, cache: ModelCache): M | undefined {
    const { log } = this.#options
    const entry = cache.find(source.text)
    if (entry === undefined) return undefined
    try {
      const model = load(`${withoutQuery(source.text)} (${join(cache.folder, entry.file)})`, cache.read(entry.file), (location) =>
        partOf(cache, entry, location),
      )
      if (model.root !== entry.root) throw new OpineError('MODEL_DAMAGED', `it is program ${model.root}, and was ${entry.root}`)
      log.info('modelKept', { source: withoutQuery(source.text), root: entry.root, sha256: entry.file })
      return model
    } catch (error) {
      log.warn('modelDamaged', { source: withoutQuery(source.text), ...errorFields(error), next: 'it is fetched again' })
      return undefined
    }
  }

  async #fetched<M extends Rooted>(source: ModelSource, load: LoadFile<M>, models: Contract | null, cache: ModelCache): Promise<M> {
    const { log } = this.#options
    const { root, places } = await this.#placesOf(source, models)
    const { model, entry, files, bytes } = await this.#firstOf(source, places, root, load, cache)
    await cache.keep(source.text, entry, files)
    log.info('modelFetched', { source: withoutQuery(source.text), from: entry.from, root: entry.root, sha256: entry.file, bytes })
    return model
  }

  async #placesOf(source: ModelSource, models: Contract | null): Promise<{ root?: string; places: (() => Place[])[] }> {
    const { gateways, privateUris = false } = this.#options
    if (source.kind !== 'registered') return { places: [() => placesOf(source, gateways)] }
    if (models === null) throw new OpineError('CONFIG_MISSING', `only the registry knows where ${source.text} is; give --deployment FILE`)
    const { root, uris } = await readRegistered(models, source.text)
    return { root, places: uris.map((uri) => () => placesOfUri(uri, gateways, privateUris)) }
  }

  /** The first place that gives what is wanted. */
  async #firstOf<M extends Rooted>(
    source: ModelSource,
    groups: readonly (() => Place[])[],
    root: string | undefined,
    load: LoadFile<M>,
    cache: ModelCache,
  ): Promise<Fetched<M>> {
    const failures: OpineError[] = []
    const failed = (error: unknown): void => {
      // The disk and the operator's patience are the same for every place.
      if (!(error instanceof OpineError) || error.code === 'MODEL_DISK' || error.code === 'STOPPED') throw error
      failures.push(error)
    }
    for (const group of groups) {
      let places: Place[] = []
      try {
        places = group()
      } catch (error) {
        failed(error)
      }
      for (const place of places) {
        try {
          return await fetchModel(place, root, load, cache, this.#downloading(source))
        } catch (error) {
          failed(error)
          this.#options.log.warn('modelPlaceFailed', { source: withoutQuery(source.text), place: place.name, ...errorFields(error) })
        }
      }
    }
    throw failures.length === 1 ? failures[0] : nowhere(source, failures)
  }

  #downloading(source: ModelSource) {
    const { limit, log, signal, terms = DOWNLOAD_TERMS } = this.#options
    let last = performance.now()
    const tell = (from: string, received: number, total: number | undefined): void => {
      if (performance.now() - last < PROGRESS_MS) return
      last = performance.now()
      log.info('modelFetching', { source: withoutQuery(source.text), from, received, ...(total === undefined ? {} : { total }) })
    }
    return { limit, terms, signal, tell }
  }
}

function partOf(cache: ModelCache, { parts }: Entry, location: string): Uint8Array {
  const hash = Object.hasOwn(parts, location) ? parts[location] : undefined
  if (hash !== undefined) return cache.read(hash)
  throw new OpineError('MODEL_DAMAGED', `the index of ${cache.folder} does not know the file "${location.slice(0, 80)}"`)
}

function nowhere(source: ModelSource, failures: readonly OpineError[]): OpineError {
  const text = withoutQuery(source.text)
  const reasons = failures.map(({ code, message }) => `${code}: ${message}`).join(' | ')
  return new OpineError('MODEL_NOWHERE', `none of ${failures.length} places gave ${text}: ${reasons || 'name one with --ipfs-gateway'}`, {
    source: text,
    codes: failures.map(({ code }) => code),
  })
}
