import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { barOf, Progress } from './progress.ts'
import { inTurns, type Share } from './results.ts'

/**
 * Lets `reference` run so many inputs of each subject in several processes, and keeps what it gives; what is kept is not run again, so that a run that was
 * broken off goes on where it was.
 * @param wanted  subjects or files, and of how many inputs
 * @param jobs    processes at once
 * @throws {Error} naming the subject whose process failed
 */
export async function runByReference(wanted: readonly Pick<Share, 'name' | 'inputs'>[], jobs: number): Promise<void> {
  const progress = new Progress()
  const shares = wanted.flatMap(({ name, inputs }) => {
    const parts = Math.min(jobs, inputs)
    const seconds: number[] = []
    let done = 0
    const ended = (line: string): void => {
      done++
      if (line !== 'kept') seconds.push(Number(line))
      progress.tell(barOf(`${name}, reference`, done, inputs, seconds, parts), done === inputs)
    }
    return Array.from({ length: parts }, (_, part) => ({ share: { name, inputs, part, parts }, ended }))
  })
  await inTurns(shares, jobs, ({ share, ended }) => runShare(share, ended))
}

async function runShare(share: Share, ended: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'definition-child.ts'), JSON.stringify(share)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const code = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  for await (const line of createInterface(child.stdout)) ended(line)
  if ((await code) !== 0) throw new Error(`${share.name}: reference ended with exit code ${await code}`)
}
