/** Sessions that lie, and what the executor says of it, for tests. */

import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { expect } from 'chai'
import type { Program } from '../../ir/types.ts'
import type { ExecutorNote } from '../executors.ts'
import { execute } from '../reference/execute.ts'
import { StockExecutor, type StockOptions } from './executor.ts'
import type { ProviderName } from './providers.ts'
import { type OpenSession, openSession } from './runtime.ts'

/** Every buffer as the reference has it. */
export const expectBits = (program: Program, found: readonly Uint8Array[], inputs: readonly Uint8Array[]): void =>
  execute(program, inputs).forEach((bytes, kernel) => {
    expect(equalBytes(found[kernel]!, bytes), `kernel ${kernel}`).to.equal(true)
  })

/** The runtime on its CPU under whatever name, with one bit changed in what these providers give from some run on. */
export const doctored =
  (wrong: readonly ProviderName[], from: number): OpenSession =>
  async (model, provider, settings) => {
    const session = await openSession(model, { name: 'cpu', operands: 'f32', direct: true }, settings)
    let runs = 0
    return {
      ...session,
      run: async (inputs) => {
        const results = await session.run(inputs)
        if (wrong.includes(provider.name) && runs++ >= from)
          for (const bytes of Object.values(results)) for (let i = 2; i < bytes.length; i += 4) bytes[i]! ^= 1
        return results
      },
    }
  }

/** Names of the providers that were. */
export const refused = (notes: readonly ExecutorNote[]): unknown[] =>
  notes.filter(({ event }) => event === 'providerRefused').map(({ fields }) => fields.provider)
export const chosen = (notes: readonly ExecutorNote[]): unknown =>
  notes.findLast(({ event }) => event === 'executorChosen')?.fields.provider
export const open = (options: Partial<StockOptions>): StockExecutor => new StockExecutor({ providers: ['cpu'], threads: 1, ...options })
