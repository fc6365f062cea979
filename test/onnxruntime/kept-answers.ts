import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadedModel } from '@opine/models/load.ts'
import { CACHE } from '../support/quantised/make.ts'
import { hashOfSources } from '../support/sources.ts'
import { type Answer, answerByDefinition } from './definition.ts'

/**
 * What `reference` gave of a program, kept for as long as it would give the same: for these sources of it, this version of the engine that runs them, this
 * program and these bytes of an input. Neither other executors nor what makes programs has a part in it, so that changes there cost no hours here.
 */
export class KeptAnswers {
  readonly #model: Pick<LoadedModel, 'root' | 'program'>
  readonly #folder: string

  constructor(model: Pick<LoadedModel, 'root' | 'program'>, cache = CACHE) {
    const { v8 } = process.versions
    const key = [hashOfSources(join(import.meta.dirname, 'definition.ts')), v8, process.arch, model.root]
    this.#model = model
    this.#folder = join(cache, 'reference', createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32))
  }

  /** Null if it is not kept. */
  find(inputs: readonly Uint8Array[]): Answer | null {
    const file = this.#file(inputs)
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Answer) : null
  }

  /** As it is kept, or by `reference`, and kept from now on. */
  of(inputs: readonly Uint8Array[]): Answer {
    const kept = this.find(inputs)
    if (kept) return kept
    const answer = answerByDefinition(this.#model.program, inputs)
    const file = this.#file(inputs)
    mkdirSync(this.#folder, { recursive: true })
    // Whole or not at all: several processes may be at it.
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(answer))
    renameSync(`${file}.${process.pid}`, file)
    return answer
  }

  #file(inputs: readonly Uint8Array[]): string {
    const hash = createHash('sha256')
    for (const bytes of inputs) hash.update(`${bytes.length}\n`).update(bytes)
    return join(this.#folder, `${hash.digest('hex')}.json`)
  }
}
