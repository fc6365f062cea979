import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Milliseconds for all commands together. */
const PATIENCE = 60_000

/**
 * Copies one file of a Debian package to `target`, without installing anything and without being root.
 * @param path file within the package, without the leading slash
 * @returns null, or in a few words why it failed
 */
export function fetchDebianFile(name: string, path: string, target: string): string | null {
  const deadline = Date.now() + PATIENCE
  const folder = mkdtempSync(join(tmpdir(), 'opine-'))
  const call = (command: string, ...args: string[]): string | null => {
    const timeout = deadline - Date.now()
    if (timeout <= 0) return `${command}: out of time`
    const done = spawnSync(command, args, { cwd: folder, timeout, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
    if (done.error) return `${command}: ${done.error.message}`
    return done.status === 0 ? null : `${command}: ${done.stderr.trim().split('\n').at(-1) || `exit status ${done.status}`}`
  }
  try {
    let problem = call('apt-get', 'download', name)
    // A fresh container has no package lists; only root may fetch them.
    if (problem !== null && process.getuid?.() === 0) problem = call('apt-get', 'update') ?? call('apt-get', 'download', name)
    if (problem !== null) return problem
    const archive = readdirSync(folder).find((file) => file.endsWith('.deb'))
    if (archive === undefined) return 'apt-get: downloaded no package'
    problem = call('dpkg-deb', '-x', archive, 'content')
    if (problem !== null) return problem
    // Rename: another process that looks for the file sees all of it or nothing.
    mkdirSync(dirname(target), { recursive: true })
    const partial = `${target}.${process.pid}.tmp`
    copyFileSync(join(folder, 'content', path), partial)
    renameSync(partial, target)
    return null
  } catch (error) {
    return (error as Error).message
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
