import { OpineError } from '@opine/dispute-game/errors.ts'

type SqliteError = Error & { readonly errcode?: number }

/** Whether SQLite itself raised an error. */
export const isSqlite = (error: unknown): error is SqliteError =>
  error instanceof Error && (error as { code?: string }).code === 'ERR_SQLITE_ERROR'

/** What a failure of SQLite, or of its file, means to whoever runs the daemon. Primary result codes: https://www.sqlite.org/rescode.html */
export function storeError(path: string, cause: unknown): OpineError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = ((cause as SqliteError).errcode ?? 0) & 0xff
  const details = { path, reason: message, sqlite: code }
  if (code === 5 || code === 6) {
    return new OpineError('STORE_LOCKED', `another process uses ${path}; stop it, or give this one its own --data folder`, details, {
      cause,
    })
  }
  if (code === 11 || code === 26 || message.startsWith('malformed')) {
    const next = 'move it away and start again: what matters is read back from the chain'
    return new OpineError('STORE_CORRUPTED', `${path} is damaged or no store (${message}); ${next}`, details, { cause })
  }
  return new OpineError('STORE_UNWRITABLE', `${path} cannot be written (${message}); check the folder, its rights and the disk`, details, {
    cause,
  })
}
