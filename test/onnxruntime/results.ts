import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CACHE, codeVersion } from '../support/quantised/make.ts'
import type { Comparison } from './compare.ts'
import type { Control } from './control.ts'

/** @property name  of a subject, or a file's path @property reference  of so many inputs, the first, what `reference` gives is compared too @property seconds  after which no input is begun */
export type Question = {
  readonly name: string
  readonly provider: string
  readonly inputs: number
  readonly reference: number
  readonly seconds: number
}

/** Of a subject's inputs those whose number leaves the rest `part` when divided by `parts`. */
export type Share = { readonly name: string; readonly inputs: number; readonly part: number; readonly parts: number }

/** What was found of a subject on a provider. @property nodes  of the runtime's graph, by where they ran @property control  on the CPU alone */
export type Bits = Comparison & {
  readonly name: string
  readonly provider: string
  readonly kernels: number
  readonly nodes: Readonly<Record<string, number>>
  readonly control: Control | null
}

/**
 * What a child process prints last, as JSON; its progress goes to this process's own. Kept for this version of the code, so that a run that was broken
 * off goes on where it was.
 * @param fresh  whether to ask again, whatever is kept
 */
export async function ask<T>(
  module: string,
  question: object,
  place: { readonly device: string; readonly env: NodeJS.ProcessEnv },
  fresh: boolean,
): Promise<T> {
  const key = createHash('sha256')
    .update(JSON.stringify([codeVersion(), module, question, place.device]))
    .digest('hex')
    .slice(0, 24)
  const kept = join(CACHE, `${key}.json`)
  if (!fresh && existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as T
  const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, module), JSON.stringify(question)], {
    env: place.env,
    maxBuffer: 2 ** 28,
  })
  running.child.stderr?.pipe(process.stderr, { end: false })
  const { stdout } = await running.catch((cause: Error & { readonly stderr?: string }) => {
    // Where it knew what was wrong, it said so in its last line.
    const known = /^error ([^\n]+)$/m.exec(cause.stderr ?? '')?.[1]
    throw known === undefined ? cause : new Error(known, { cause })
  })
  const line = stdout.trimEnd().split('\n').at(-1)!
  const found = JSON.parse(line) as T
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(`${kept}.${process.pid}`, line)
  renameSync(`${kept}.${process.pid}`, kept)
  return found
}

/** Works through a list, so many at a time, in its order. */
export async function inTurns<A, B>(items: readonly A[], width: number, work: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
