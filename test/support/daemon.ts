import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HDNodeWallet, Mnemonic } from 'ethers'

const ROOT = join(import.meta.dirname, '../..')

/** The embedded chain's well-known development key number `index`; worth nothing anywhere. */
export function devKey(index: number): string {
  const mnemonic = Mnemonic.fromPhrase('test test test test test test test test test test test junk')
  return HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${index}`).privateKey
}

/** A daemon as its own process, with the last of what it said. */
export type Daemon = { readonly child: ChildProcess; readonly said: () => string; readonly stop: () => Promise<void> }

/** Starts `opine ...args` as an operator or watcher would. */
export function startDaemon(args: readonly string[], key: string): Daemon {
  const child = spawn(process.execPath, ['cli/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, OPINE_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== ''))
      lines.splice(0, lines.length - 400)
    })
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), 5000)
    await exited
    clearTimeout(hard)
  }
  return { child, said: () => lines.slice(-40).join('\n'), stop }
}

/** A fresh folder, removed when `done` is called. */
export function temporaryFolder(): { readonly path: string; readonly done: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'opine-'))
  return { path, done: () => rmSync(path, { recursive: true, force: true }) }
}

/** Waits until a condition holds. @throws {Error} after `seconds`, with what `explain` says */
export async function until(holds: () => Promise<boolean>, seconds: number, explain: () => string, needed?: Daemon): Promise<void> {
  const end = Date.now() + 1000 * seconds
  while (!(await holds())) {
    if (needed && needed.child.exitCode !== null) throw new Error(`the process ended with code ${needed.child.exitCode}: ${explain()}`)
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${explain()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
