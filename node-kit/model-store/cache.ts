import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { diskError, Sink } from './sink.ts'

/** What the store knows of a source. @property file  SHA-256 of the model's bytes @property parts  the same of files beside it, by location */
export type Entry = {
  readonly root: string
  readonly file: string
  readonly parts: Readonly<Record<string, string>>
  readonly from: string
  readonly time: string
}

/** Nothing writes to a part for so long and then goes on. */
const STALE_MS = 3_600_000

/** A folder of files, each named by the SHA-256 of its bytes, and `index.json`, which says what each source was. */
export class ModelCache {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Makes the folder, and clears it of what was never finished. @throws {OpineError} `MODEL_DISK` */
  static open(folder: string): ModelCache {
    try {
      mkdirSync(folder, { recursive: true })
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.part')))
        if (Date.now() - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > STALE_MS)
          rmSync(join(folder, name), { force: true })
    } catch (cause) {
      throw diskError(folder, cause)
    }
    return new ModelCache(folder)
  }

  find(source: string): Entry | undefined {
    const index = this.#index()
    return Object.hasOwn(index, source) ? index[source] : undefined
  }

  /** A file's bytes, whose hash is checked. @throws {OpineError} `MODEL_DAMAGED` */
  read(hash: string): Uint8Array {
    const path = join(this.folder, hash)
    let bytes: Buffer
    try {
      bytes = readFileSync(path)
    } catch (cause) {
      throw new OpineError('MODEL_DAMAGED', `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { path }, { cause })
    }
    if (createHash('sha256').update(bytes).digest('hex') === hash) return bytes
    throw new OpineError('MODEL_DAMAGED', `${path} does not have the bytes that its name says`, { path })
  }

  /** A new file to write to, which is no part of the store. */
  part(): Promise<Sink> {
    return Sink.open(join(this.folder, `${crypto.randomUUID()}.part`))
  }

  /** Takes finished files in, then what is known of them. @throws {OpineError} `MODEL_DISK` */
  async keep(source: string, entry: Entry, files: readonly { readonly path: string; readonly hash: string }[]): Promise<void> {
    try {
      for (const { path, hash } of files) await rename(path, join(this.folder, hash))
    } catch (cause) {
      throw diskError(this.folder, cause)
    }
    const sink = await this.part()
    await sink.append(Buffer.from(`${JSON.stringify({ ...this.#index(), [source]: entry }, null, 2)}\n`))
    await sink.finish()
    await rename(sink.path, join(this.folder, 'index.json'))
    await syncFolder(this.folder)
  }

  /** A damaged index is an empty one: everything can be fetched again. */
  #index(): Record<string, Entry> {
    try {
      const parsed: unknown = JSON.parse(readFileSync(join(this.folder, 'index.json'), 'utf8'))
      return Object.fromEntries(Object.entries(parsed ?? {}).filter(([, entry]) => isEntry(entry)))
    } catch {
      return {}
    }
  }
}

const HASH = /^[0-9a-f]{64}$/

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const { root, file, parts } = value as Partial<Record<keyof Entry, unknown>>
  const isHash = (each: unknown): boolean => typeof each === 'string' && HASH.test(each)
  return typeof root === 'string' && isHash(file) && typeof parts === 'object' && parts !== null && Object.values(parts).every(isHash)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}
