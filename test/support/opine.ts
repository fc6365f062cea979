import { spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs the real command in a process of its own, bounded to `timeout` milliseconds; without a key unless `env` has one. */
export function opine(args: readonly string[], env: Readonly<Record<string, string>> = {}, timeout = 60_000): Promise<Outcome> {
  const { OPINE_KEY: _, ...plain } = process.env
  const child = spawn(process.execPath, [join(ROOT, 'cli/main.ts'), ...args], {
    cwd: ROOT,
    env: { ...plain, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
