import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '../..')
const KEPT_LINES = 400
const PATIENCE_MS = 3_000

/** A process of the play, whose lines are kept. */
export type Daemon = {
  readonly name: string
  readonly pid: number | undefined
  /** The last lines of stdout and stderr, oldest first. */
  readonly lines: readonly string[]
  /** Lines since this was called last. */
  readonly fresh: () => string[]
  /** How it ended, undefined while it runs. */
  readonly ended: () => string | undefined
  readonly stop: () => Promise<void>
}

/**
 * Starts `opine ARGS` as a process of its own.
 * @param key private key, passed in the environment so that it appears in no list of processes
 */
export const startDaemon = (name: string, args: readonly string[], key?: string): Daemon =>
  startProcess(name, process.execPath, [join(ROOT, 'cli/main.ts'), ...args], key === undefined ? {} : { OPINE_KEY: key })

/** Starts any program. However this process ends, no other is left behind. */
export function startProcess(name: string, program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Daemon {
  const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const unread: string[] = []
  const keep = (line: string): void => {
    lines.push(line)
    unread.push(line)
    if (lines.length > KEPT_LINES) lines.shift()
  }
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', keep)
  let end: string | undefined
  child.once('error', (error) => {
    end = error.message
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', (code, signal) => {
    process.off('exit', kill)
    end ??= signal === null ? `exit code ${code}` : `signal ${signal}`
  })
  const fresh = (): string[] => unread.splice(0)
  return { name, pid: child.pid, lines, fresh, ended: () => end, stop: () => stopChild(child, () => end !== undefined) }
}

/** Asks it to stop, and after a while makes it. */
async function stopChild(child: ChildProcess, hasEnded: () => boolean): Promise<void> {
  if (hasEnded()) return
  child.kill('SIGTERM')
  const deadline = Date.now() + PATIENCE_MS
  while (!hasEnded() && Date.now() < deadline) await sleep(20)
  if (hasEnded()) return
  child.kill('SIGKILL')
  while (!hasEnded()) await sleep(20)
}

/** A process's last words. */
export const lastLines = ({ name, lines }: Daemon, count = 8): string[] =>
  lines.length === 0 ? [`${name}: (silent)`] : lines.slice(-count).map((line) => `${name}: ${line}`)
