import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DaemonProcess } from '../../scenarios/daemon-process.ts'
import type { Stage } from '../../scenarios/stage.ts'
import { type Calls, callsBetween, nodeCalls } from './node-calls.ts'
import { readWork, type Work } from './profile.ts'

/** What was measured from outside and inside of a daemon over a stretch of time. @property node  milliseconds that the node had a processor, if that can be told */
export type Stretch = { readonly work: Work; readonly calls: Calls; readonly node: number | undefined }

/** A clock tick of Linux in /proc, milliseconds. */
const TICK = 10

/** Processor time of a process, milliseconds; undefined where there is no /proc. */
function processorTime(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return undefined
  const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ')
  return TICK * (Number(fields[11]) + Number(fields[12]))
}

/** Environment and flags by which a daemon can be measured. */
export function measured(stage: Stage): { readonly more: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const preload = pathToFileURL(join(import.meta.dirname, 'profiled.ts')).href
  return { more: ['--metrics', '127.0.0.1:0'], env: { OPINE_PROFILE: join(stage.folder, 'profile'), NODE_OPTIONS: `--import=${preload}` } }
}

/** Begins to measure a daemon. @returns how to end that */
export async function begin(stage: Stage, daemon: DaemonProcess, number: number): Promise<() => Promise<Stretch>> {
  const url = String(daemon.said('metricsServed')[0]!.url)
  const before = await nodeCalls(url)
  process.kill(daemon.pid, 'SIGUSR2')
  const node = processorTime(stage.anvil.pid)
  return async () => {
    const after = processorTime(stage.anvil.pid)
    const calls = callsBetween(before, await nodeCalls(url))
    process.kill(daemon.pid, 'SIGUSR2')
    let work: Work | undefined
    await stage.until('the profile is written', () => {
      work = readWork(join(stage.folder, `profile.${number}`))
      return work !== undefined
    })
    return { work: work!, calls, node: node === undefined || after === undefined ? undefined : after - node }
  }
}
