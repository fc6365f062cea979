import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import { gameIdOf } from '@opine/node-kit/ids.ts'
import type { AssertionRecord, Journal } from '@opine/node-kit/journal.ts'
import type { Log } from '@opine/node-kit/log.ts'
import { readAssertion, readGame, readRequest } from '@opine/node-kit/reads.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Head } from '@opine/node-kit/sync.ts'
import type { DryRun } from './dry-run.ts'
import { open, prepare } from './opening.ts'
import type { Truth } from './truth.ts'

/** @property sender  null for a watchtower */
export type AssertionDeps = {
  readonly contracts: Contracts
  readonly journal: Journal
  readonly sender: Sending | null
  readonly truth: Truth
  readonly dryRun: DryRun
  readonly log: Log
}

/** Re-runs what was asserted, compares the roots, and opens a game over what is false. */
export class Assertions {
  readonly #deps: AssertionDeps

  constructor(deps: AssertionDeps) {
    this.#deps = deps
  }

  /** Takes the next step about an assertion, if there is one. */
  async advance(assertionId: Hex, record: AssertionRecord, head: Head): Promise<void> {
    const { contracts, journal, sender, truth, log } = this.#deps
    const { requestId, asserter, traceRoot } = record
    const assertion = await readAssertion(contracts, assertionId)
    // A reorganisation took it back.
    if (assertion.status === 'NONE') return
    if (assertion.status !== 'STANDING') return void journal.close('assertion', assertionId, head.number)
    const trueRoot = await truth.root(requestId, asserter)
    if (trueRoot === traceRoot) {
      if (journal.close('assertion', assertionId, head.number)) log.info('assertionTrue', { assertionId, requestId, asserter, traceRoot })
      return
    }
    const facts = { assertionId, requestId, asserter, traceRoot, trueRoot }
    if (!sender) {
      const alarm = 'this assertion is false; a challenger with a bond must open a game while its liveness runs'
      if (journal.close('assertion', assertionId, head.number)) log.error('assertionFalse', { ...facts, alarm })
      return
    }
    const root = await truth.root(requestId, sender.address)
    const game = await readGame(contracts, gameIdOf(assertionId, sender.address, root))
    if (game.status !== 'NONE') return void journal.close('assertion', assertionId, head.number)
    const { liveness } = await readRequest(contracts, requestId)
    if (head.timestamp > assertion.assertedAt + liveness) {
      const effect = 'its liveness is over, so that it can no longer be disputed'
      if (journal.close('assertion', assertionId, head.number)) log.error('assertionFalseTooLate', { ...facts, effect })
      return
    }
    journal.reopen('assertion', assertionId)
    const patience = assertion.assertedAt + liveness - head.timestamp
    if (!(await this.#dryRun(sender, assertionId, requestId, patience))) return
    const opening = { contracts, journal, sender }
    if (BigInt(assertion.request) === 0n) return prepare(opening, assertionId, truth.model(requestId).program)
    log.warn('assertionFalse', { ...facts })
    await open(opening, assertionId, root, head)
  }

  /** @param patience  seconds until it is too late to open @returns whether the chain agrees with this machine about single steps */
  async #dryRun({ address }: Sending, assertionId: Hex, requestId: Hex, patience: number): Promise<boolean> {
    const { journal, truth, dryRun } = this.#deps
    const [model, trace, salt] = [truth.model(requestId), await truth.trace(requestId), truth.salt(requestId, address)]
    return dryRun.passes({ assertionId, model, trace, salt, output: journal.output(assertionId), patience })
  }
}
