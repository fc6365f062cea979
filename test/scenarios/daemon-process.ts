import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '../..')
/** Milliseconds for which a daemon that was told to stop is waited for. */
const PATIENCE = 10_000

/** However this process ends, no daemon outlives it. */
const RUNNING = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of RUNNING) child.kill('SIGKILL')
})

/** What a daemon says: an event with its facts. */
export type Line = { readonly event: string; readonly level: string; readonly kind?: string; readonly [name: string]: unknown }

/** @property args  after `opine` @property key  private key; none for a watchtower @property env  beside that of this process */
export type DaemonOptions = {
  readonly name: string
  readonly args: readonly string[]
  readonly key?: string
  readonly env?: Readonly<Record<string, string>>
}

/** `opine oracle-node run` or `opine challenger run` as a process, life after life: what it says in all of them is kept. */
export class DaemonProcess {
  readonly name: string
  readonly lines: Line[] = []
  /** What it said that is no log line: how it failed. */
  readonly words: string[] = []
  /** How it ended when nobody had told it to, life by life. */
  readonly crashes: string[] = []
  readonly #options: DaemonOptions
  #child: ChildProcess | undefined
  #told = false
  #lives = 0

  constructor(options: DaemonOptions) {
    this.name = options.name
    this.#options = options
    this.start()
  }

  get running(): boolean {
    return this.#child !== undefined
  }

  /** Of the life that runs. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.name} does not run`)
    return this.#child.pid
  }

  /** How often it was started. */
  get lives(): number {
    return this.#lives
  }

  /** Begins the next life. @param more  flags for this life alone */
  start(...more: readonly string[]): void {
    if (this.#child) throw new Error(`${this.name} runs already`)
    const { args, key, env } = this.#options
    const { OPINE_KEY: _, ...plain } = process.env
    const child = spawn(process.execPath, ['--no-warnings', 'cli/main.ts', ...args, ...more], {
      cwd: ROOT,
      env: { ...plain, ...env, ...(key === undefined ? {} : { OPINE_KEY: key }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#told = false
    this.#lives += 1
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => this.#hear(line))
    RUNNING.add(child)
    child.once('exit', (code, signal) => {
      RUNNING.delete(child)
      this.#child = undefined
      if (!this.#told || (code !== null && code !== 0)) this.crashes.push(`life ${this.#lives}: ${signal ?? `exit code ${code}`}`)
    })
  }

  /** Ends it with SIGKILL, wherever it stands. */
  kill = (): Promise<void> => this.#end('SIGKILL')

  /** Asks it to end, as an operator would, and makes sure that it does. */
  stop = (): Promise<void> => this.#end('SIGTERM')

  /** SIGKILL and the next life. */
  async restart(...more: readonly string[]): Promise<void> {
    await this.kill()
    this.start(...more)
  }

  /** Log lines of an event. */
  said = (event: string): Line[] => this.lines.filter((line) => line.event === event)

  /** Kinds of the mined moves, in order, of all lives. */
  moves = (): string[] => this.said('move').map(({ kind }) => kind!)

  /** For error messages. */
  lastWords(count = 8): string {
    const lines = [...this.lines.slice(-count).map((line) => JSON.stringify(line).slice(0, 240)), ...this.words.slice(-count)]
    return [`--- ${this.name}${this.running ? '' : ' (ended)'} ${this.crashes.join(', ')}`, ...lines].join('\n')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#told = true
    const gone = once(child, 'exit')
    child.kill(signal)
    const hard = setTimeout(() => {
      this.crashes.push(`life ${this.#lives}: did not end within ${PATIENCE} ms`)
      child.kill('SIGKILL')
    }, PATIENCE)
    await gone
    clearTimeout(hard)
  }

  #hear(line: string): void {
    if (process.env.OPINE_TEST_LOG) process.stderr.write(`${this.name} ${line}\n`)
    try {
      this.lines.push(JSON.parse(line) as Line)
    } catch {
      this.words.push(line)
    }
  }
}
