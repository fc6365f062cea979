import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open, rm, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** A file that is being written. Until `finish` it is nobody's, and has a name that nothing reads. */
export class Sink {
  readonly path: string
  readonly #handle: FileHandle
  #size = 0
  #hash: Hash = createHash('sha256')

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** @throws {OpineError} `MODEL_DISK` */
  static async open(path: string, flags = 'wx'): Promise<Sink> {
    try {
      return new Sink(path, await open(path, flags))
    } catch (cause) {
      throw diskError(path, cause)
    }
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size
  }

  /** Makes sure that so many bytes more have room. @throws {OpineError} `MODEL_DISK` */
  async reserve(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.path))
    if (bavail * bsize >= bytes) return
    throw full(this.path, `${bytes} bytes are needed and ${bavail * bsize} are free`)
  }

  /** @throws {OpineError} `MODEL_DISK` */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < chunk.length; ) at += (await this.#handle.write(chunk, at, chunk.length - at, this.#size + at)).bytesWritten
    } catch (cause) {
      throw diskError(this.path, cause)
    }
    this.#hash.update(chunk)
    this.#size += chunk.length
  }

  /** Forgets everything so far. */
  async restart(): Promise<void> {
    await this.#handle.truncate(0)
    this.#size = 0
    this.#hash = createHash('sha256')
  }

  /** Makes the file last. @returns its SHA-256, lower-case hexadecimal @throws {OpineError} `MODEL_DISK` */
  async finish(): Promise<string> {
    try {
      await this.#handle.sync()
    } catch (cause) {
      throw diskError(this.path, cause)
    } finally {
      await this.#handle.close()
    }
    return this.#hash.digest('hex')
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {})
    await rm(this.path, { force: true })
  }
}

/** What the file system says, in words that help. */
export function diskError(path: string, cause: unknown): OpineError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT') return full(path, code)
  return new OpineError('MODEL_DISK', `${path} cannot be written (${code}); check the folder of --data`, { path, reason: code }, { cause })
}

const full = (path: string, reason: string): OpineError =>
  new OpineError('MODEL_DISK', `no room for ${path} (${reason}); free some, or choose another folder with --data`, { path, reason })
