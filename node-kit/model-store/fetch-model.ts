import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Entry, ModelCache } from './cache.ts'
import type { DownloadDeps } from './download-terms.ts'
import type { Beside } from './external-files.ts'
import type { Place } from './place.ts'
import type { Sink } from './sink.ts'

/** A model as the daemons use it. */
export type Rooted = { readonly root: string }

/** Makes a model of a file's bytes. @param name  for messages @param beside  reads files that the model names */
export type LoadFile<M extends Rooted> = (name: string, bytes: Uint8Array, beside: Beside) => M

export type Finished = { readonly path: string; readonly hash: string }
export type Fetched<M> = { readonly model: M; readonly entry: Entry; readonly files: readonly Finished[]; readonly bytes: number }

/** A model of more files than this is malice. */
const MAX_PARTS = 2000

/**
 * Fetches a model from one place, with the files beside it that it names, and makes sure that it is the one that is wanted. Nothing is kept yet.
 * @param root  the program that it must be; any if undefined
 * @throws {OpineError} `MODEL_WRONG`, those of the place, of the file system, and of `load`
 */
export async function fetchModel<M extends Rooted>(
  place: Place,
  root: string | undefined,
  load: LoadFile<M>,
  cache: ModelCache,
  deps: DownloadDeps,
): Promise<Fetched<M>> {
  const sinks: Sink[] = []
  let left = deps.limit
  const fetched = async (from: Place): Promise<Finished> => {
    const sink = await cache.part()
    sinks.push(sink)
    await from.fetch(sink, { ...deps, limit: left })
    left -= sink.size
    return { path: sink.path, hash: await sink.finish() }
  }
  try {
    const main = await fetched(place)
    const parts = new Map<string, Finished>()
    const model = await loadWithParts(place, main, load, parts, fetched)
    if (root !== undefined && model.root !== root) throw wrong(place, model.root, root)
    const hashes = Object.fromEntries([...parts].map(([location, { hash }]) => [location, hash]))
    const entry: Entry = { root: model.root, file: main.hash, parts: hashes, from: place.name, time: new Date().toISOString() }
    return { model, entry, files: [...parts.values(), main], bytes: deps.limit - left }
  } catch (error) {
    for (const sink of sinks) await sink.discard()
    throw error
  }
}

/** Loads it again and again, until every file that it names has been fetched: which they are, only reading it tells. */
async function loadWithParts<M extends Rooted>(
  place: Place,
  main: Finished,
  load: LoadFile<M>,
  parts: Map<string, Finished>,
  fetched: (from: Place) => Promise<Finished>,
): Promise<M> {
  const bytes = readBack(main)
  const known = new Map<string, Uint8Array>()
  for (;;) {
    let missing: string | undefined
    const beside: Beside = (location) => {
      const there = known.get(location)
      if (there) return there
      missing ??= location
      throw new OpineError('EXTERNAL_DATA', `${location} is still to be fetched`, { location })
    }
    try {
      return load(place.name, bytes, beside)
    } catch (error) {
      if (missing === undefined) throw error
    }
    if (parts.size >= MAX_PARTS) throw new OpineError('EXTERNAL_DATA', `${place.name} names more than ${MAX_PARTS} other files`)
    const part = await fetched(place.beside(missing))
    parts.set(missing, part)
    known.set(missing, readBack(part))
  }
}

/** What the disk has, not what was sent to it. */
function readBack({ path, hash }: Finished): Uint8Array {
  const bytes = readFileSync(path)
  if (createHash('sha256').update(bytes).digest('hex') === hash) return bytes
  throw new OpineError('MODEL_DISK', `${path} was not written as it was sent; check the disk`, { path })
}

function wrong({ name }: Place, found: string, expected: string): OpineError {
  const next = 'fetch it elsewhere; an author of a model with free dimensions must publish the program file (opine model compile --out)'
  return new OpineError('MODEL_WRONG', `${name} is program ${found}, but ${expected} is registered; ${next}`, {
    url: name,
    found,
    expected,
  })
}
