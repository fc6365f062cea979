import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { Random } from '@opine/models/ir/random.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { type StepCase, stepCases } from '@opine/models/trace/step-case.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { Log } from '@opine/node-kit/log.ts'
import type { Store } from '@opine/node-kit/store.ts'
import type { AbstractProvider } from 'ethers'
import { type PlannedStep, planExact, planKinds } from './dry-run-plan.ts'
import { askVerifier, type StepAnswer } from './step-call.ts'

/** @property code  of what computes here, see `codeVersion`: what passed is tried again after an upgrade */
export type DryRunDeps = {
  readonly contracts: Contracts
  readonly provider: AbstractProvider
  readonly store: Store
  readonly log: Log
  readonly code: string
}

/**
 * @property trace   the own, of the true execution
 * @property salt    of the own account for the request
 * @property output  as asserted; undefined if it was not seen
 * @property patience  seconds that may go by before the game must be opened
 */
export type DryRunCase = {
  readonly assertionId: Hex
  readonly model: LoadedModel
  readonly trace: Trace
  readonly salt: Uint8Array
  readonly output: Hex | undefined
  readonly patience: number
}

const KIND = 'dryRun'
/** Most calls of one dry run, and most milliseconds; a later game goes on where it was cut off. */
const [MOST_CALLS, MOST_TIME] = [250, 60_000]
/** A verifier is a pure function: an answer that another one contradicts is a mood of the node. So often it is asked, so many milliseconds apart. */
const [ASKED, PAUSE] = [3, 400]
/** Milliseconds after which what disagreed is tried anew: a watcher must not be silenced for ever by one bad hour of its node. */
const REST = 60_000
/** Share of the time until the game must be opened that may be spent. */
const SHARE = 0.05

const timeFor = (patience: number): number => Math.min(MOST_TIME, SHARE * 1000 * patience)

/**
 * Has the chain's verifier recompute steps of the own trace before a bond stands on it: where it comes to other values, this machine and the
 * chain do not agree on what is true, and a game would be lost. Where a false output shows which element is wrong, that very element is
 * among them; where the lie lies deeper, one of every kind of step that the program has, which is done once for a program. The exact final
 * step is tried again before it is sent.
 */
export class DryRun {
  readonly #deps: DryRunDeps
  /** What was tried once in this life is not tried again: by assertion, and by program. */
  readonly #verdicts = new Map<Hex, Promise<boolean>>()

  constructor(deps: DryRunDeps) {
    this.#deps = deps
  }

  /** @returns whether a game may be opened; it may also where time ran out before all was tried, but not where anything disagreed */
  async passes(question: DryRunCase): Promise<boolean> {
    const { assertionId, model, trace, output } = question
    const random = new Random(Number.parseInt(assertionId.slice(2, 10), 16))
    const exact = this.#once(assertionId, () => this.#run(question, planExact(trace, output, random)))
    if (!(await exact)) return false
    const running = this.#verdicts.get(model.root)
    return running ? this.#inTime(question, running) : this.#once(model.root, () => this.#run(question, planKinds(model.program, random)))
  }

  /** A run that was begun for another game may have more time than this one has. */
  async #inTime({ assertionId, model, patience }: DryRunCase, verdict: Promise<boolean>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const cutOff = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        this.#deps.log.warn('dryRunCutOff', { assertionId, programRoot: model.root })
        resolve(true)
      }, timeFor(patience))
    })
    return Promise.race([verdict, cutOff]).finally(() => clearTimeout(timer))
  }

  /** A failure that says nothing, such as a lost connection, is not remembered. */
  #once(key: Hex, run: () => Promise<boolean>): Promise<boolean> {
    const known = this.#verdicts.get(key)
    if (known) return known
    const verdict = run()
    this.#verdicts.set(key, verdict)
    const forget = (): void => void this.#verdicts.delete(key)
    verdict.then((agreed) => {
      if (!agreed) setTimeout(forget, REST).unref()
    }, forget)
    return verdict
  }

  async #run({ assertionId, model, trace, salt, patience }: DryRunCase, planned: readonly PlannedStep[]): Promise<boolean> {
    const { contracts, store, log, code } = this.#deps
    const [verifier] = (await contracts.game.read('VERIFIER')) as unknown as [string]
    const record = `${verifier} ${model.root} ${code}`
    const passed = new Set(store.get<string[]>(KIND, record) ?? [])
    const steps = planned.filter(({ kind }) => !kind || !passed.has(kind))
    if (steps.length === 0) return true
    const end = performance.now() + timeFor(patience)
    const caseOf = stepCases(trace, model.tree, salt)
    let tried = 0
    const skipped = new Set<string | null>()
    for (const step of steps.slice(0, MOST_CALLS)) {
      if (tried > 0 && performance.now() > end) break
      const verdict = await this.#try(verifier, caseOf(step), step, assertionId)
      if (verdict === 'disagrees') return false
      if (verdict === 'unasked') skipped.add(step.kind)
      tried += 1
    }
    const left = steps.slice(tried)
    const tell = left.length > 0 || skipped.size > 0 ? log.warn : log.info
    const facts = { assertionId, verifier, programRoot: model.root, exact: steps[0]!.kind === null }
    tell('dryRunPassed', { ...facts, steps: tried, left: left.length, unasked: skipped.size })
    const open = new Set([...skipped, ...left.map(({ kind }) => kind)])
    for (const { kind } of steps) if (kind && !open.has(kind)) passed.add(kind)
    store.put(KIND, record, [...passed])
    // What is left is tried before the next game.
    if (open.size > 0) this.#verdicts.delete(model.root)
    return true
  }

  async #try(
    verifier: string,
    { transition, witness, expected }: StepCase,
    { kernel, element, evaluation, block }: PlannedStep,
    assertionId: Hex,
  ): Promise<'agrees' | 'disagrees' | 'unasked'> {
    const { provider, log } = this.#deps
    const where = { assertionId, verifier, kernel, element, evaluation, block }
    const agrees = (answer: StepAnswer): boolean => answer.kind === 'value' && answer.value === expected
    let answer = await askVerifier(provider, verifier, { transition, witness })
    for (let asked = 1; asked < ASKED && answer.kind !== 'unasked' && !agrees(answer); asked++) {
      await sleep(PAUSE)
      answer = await askVerifier(provider, verifier, { transition, witness })
    }
    if (answer.kind === 'unasked') {
      log.warn('dryRunUnasked', { ...where, reason: answer.reason })
      return 'unasked'
    }
    if (agrees(answer)) return 'agrees'
    const found = answer.kind === 'value' ? hexOf(answer.value) : answer.reason
    const alarm =
      'this machine and the chain do not compute the same, so that no game is opened: check this machine, its model file and its node; it is tried again every minute'
    log.error('dryRunFailed', { code: 'DRY_RUN_FAILED', ...where, expected: hexOf(expected), found, alarm })
    return 'disagrees'
  }
}

const hexOf = (bits: number): string => `0x${(bits >>> 0).toString(16).padStart(8, '0')}`
