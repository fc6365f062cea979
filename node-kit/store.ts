import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { isSqlite, storeError } from './store-error.ts'

const SCHEMA_VERSION = '1'
/** How long a new process waits for its predecessor to let go of the file, milliseconds. */
const LOCK_WAIT = 2000

const SCHEMA = `
  PRAGMA busy_timeout = ${LOCK_WAIT};
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS records (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
  INSERT OR IGNORE INTO meta VALUES ('schema', '${SCHEMA_VERSION}');
  COMMIT;
`

/**
 * A daemon's durable memory: JSON records by kind and key, in one SQLite file. A write is on disk when the call returns (write-ahead log,
 * full synchronisation), so that what was recorded before an action is known after a kill. One process at a time.
 */
export class Store {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly path: string

  private constructor(path: string, db: DatabaseSync) {
    this.path = path
    this.#db = db
  }

  /**
   * Opens a file, or makes it and its folder.
   * @throws {OpineError} `STORE_LOCKED` while another process has it; `STORE_CORRUPTED`; `STORE_VERSION`; `STORE_UNWRITABLE`
   */
  static open(path: string): Store {
    let db: DatabaseSync | undefined
    try {
      mkdirSync(dirname(path), { recursive: true })
      db = new DatabaseSync(path)
      db.exec(SCHEMA)
      const check = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
      if (check.quick_check !== 'ok') throw new Error(`malformed: ${check.quick_check}`)
      const store = new Store(path, db)
      store.bind('schema', SCHEMA_VERSION, 'STORE_VERSION')
      return store
    } catch (cause) {
      db?.close()
      throw cause instanceof OpineError ? cause : storeError(path, cause)
    }
  }

  /**
   * Fixes what the store belongs to when it is new, and checks that it still does.
   * @throws {OpineError} `STORE_FOREIGN` if it belongs to something else
   */
  bind(name: string, value: string, code = 'STORE_FOREIGN'): void {
    this.#guard(() => {
      this.#db.prepare('INSERT OR IGNORE INTO meta VALUES (?, ?)').run(name, value)
      const found = (this.#db.prepare('SELECT value FROM meta WHERE key = ?').get(name) as { value: string }).value
      if (found === value) return
      const message = `${this.path} was written for ${name} ${found}, not ${value}; use another --data folder, or remove this one if it is of no use any more`
      throw new OpineError(code, message, { path: this.path, name, found, expected: value })
    })
  }

  /** The record, as it was put. */
  get<T>(kind: string, key: string): T | undefined {
    return this.#guard(() => {
      const row = this.#prepared('SELECT value FROM records WHERE kind = ? AND key = ?').get(kind, key) as { value: string } | undefined
      return row && (JSON.parse(row.value) as T)
    })
  }

  /** Writes a record in the place of the one before. `value` must survive JSON. */
  put(kind: string, key: string, value: unknown): void {
    this.#guard(() => this.#prepared('INSERT OR REPLACE INTO records VALUES (?, ?, ?)').run(kind, key, JSON.stringify(value)))
  }

  delete(kind: string, key: string): void {
    this.#guard(() => this.#prepared('DELETE FROM records WHERE kind = ? AND key = ?').run(kind, key))
  }

  /** All records of a kind, by key. */
  list<T>(kind: string): (readonly [key: string, value: T])[] {
    return this.#guard(() => {
      const rows = this.#prepared('SELECT key, value FROM records WHERE kind = ? ORDER BY key').all(kind) as {
        key: string
        value: string
      }[]
      return rows.map((row) => [row.key, JSON.parse(row.value) as T] as const)
    })
  }

  /** All writes of `work`, or none. */
  atomically<T>(work: () => T): T {
    return this.#guard(() => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        this.#db.exec('COMMIT')
        return result
      } catch (error) {
        // After some failures, a full disk among them, SQLite has rolled back by itself.
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }

  /**
   * Does not wait for the disk after the writes of `work`: they survive a kill of the process at once, a loss of power only with the next
   * write outside of it. For what can be read back from the chain, or is of use only together with such a later write.
   */
  relaxed<T>(work: () => T): T {
    if (this.#db.isTransaction) return work()
    return this.#guard(() => {
      this.#db.exec('PRAGMA synchronous = NORMAL')
      try {
        return work()
      } finally {
        this.#db.exec('PRAGMA synchronous = FULL')
      }
    })
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw isSqlite(cause) ? storeError(this.path, cause) : cause
    }
  }
}
