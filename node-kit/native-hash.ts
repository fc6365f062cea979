import { createRequire } from 'node:module'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { type PairHasher, usePairHasher } from '@opine/dispute-game/merkle/pair-hasher.ts'
import type { Log } from './log.ts'

const PACKAGE = '@chainsafe/hashtree'

/**
 * The native hasher, an optional dependency that is prebuilt for the usual platforms.
 * @throws {OpineError} `NATIVE_HASH_MISSING` where it cannot be loaded
 */
export function nativeHasher(load: (name: string) => unknown = createRequire(import.meta.url)): PairHasher {
  try {
    const { hashInto } = load(PACKAGE) as { readonly hashInto?: unknown }
    if (typeof hashInto !== 'function') throw new Error('it has no function hashInto')
    return { name: 'native', hashInto: hashInto as PairHasher['hashInto'] }
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0]
    const message = `${PACKAGE} cannot be loaded on ${process.platform} ${process.arch} (${reason}); trees are hashed in WebAssembly, more slowly`
    throw new OpineError('NATIVE_HASH_MISSING', message, {}, { cause })
  }
}

/**
 * Lets this process hash trees natively. Where that is not to be had, or gives wrong hashes, WebAssembly goes on doing it and a line of the
 * log says so: the roots are the same.
 * @returns whether trees are hashed natively from now on
 */
export function useNativeHashing(log: Pick<Log, 'debug' | 'warn'>, hasher: () => PairHasher = nativeHasher): boolean {
  try {
    usePairHasher(hasher())
    log.debug('hashingNatively')
    return true
  } catch (error) {
    if (!(error instanceof OpineError)) throw error
    log.warn('notHashingNatively', { code: error.code, message: error.message })
    return false
  }
}
