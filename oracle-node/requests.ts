import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import type { Log } from '@opine/node-kit/log.ts'
import { type RequestState, readRequest, readStake } from '@opine/node-kit/reads.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import { agreementOf, readAssertions, type Standing, settleIfDue, survivorOf } from '@opine/node-kit/settle.ts'
import { Slots } from '@opine/node-kit/slots.ts'
import type { Head } from '@opine/node-kit/sync.ts'
import { waited } from '@opine/node-kit/waited.ts'
import { type Acceptance, type Refusal, unsuitable } from './acceptance.ts'
import type { Answer, Answers } from './answers.ts'
import { tellAnswer, tellFall } from './callbacks.ts'
import { quietUntil } from './quiet.ts'

export type RequestDeps = {
  readonly contracts: Contracts
  readonly journal: Journal
  readonly sender: Sending
  readonly answers: Answers
  readonly log: Log
  readonly lying: boolean
}

/** Seconds for which a paid operator may settle before this one does it for nothing. */
const GRACE = 60
/** Requests that are looked up at a time: of many, the first are answered while the last are looked up, and no game's turn waits for all of them. */
const READS = 128

/** Milliseconds of a run after which a request is read again: somebody else may have answered. */
const STALE = 5000

/** Follows requests from the question to the end: answers once, settles, frees the bond. Each step is decided on what the chain says now. */
export class Requests {
  readonly #deps: RequestDeps
  readonly #acceptance: Acceptance
  readonly #reading = new Slots(READS)
  readonly #halted = new Set<Hex>()
  readonly #said = new Set<string>()

  constructor(acceptance: Acceptance, deps: RequestDeps) {
    this.#acceptance = acceptance
    this.#deps = deps
  }

  /** Takes the next step of a request, if there is one. @returns the last block time at which there is none unless something happens, if it is known */
  async advance(requestId: Hex, head: Head, held?: Answer): Promise<number | undefined> {
    const { contracts, journal, sender, lying, log } = this.#deps
    const callbacks = { contracts, journal, sender }
    const state = async () => ({ request: await readRequest(contracts, requestId), assertions: await readAssertions(contracts, requestId) })
    const { request, assertions } = await this.#reading.run(state)
    // A reorganisation took it back.
    if (request.status === 'NONE') return undefined
    const own = assertions.filter(({ asserter }) => asserter === sender.address)
    const survivor = survivorOf(assertions)
    if (own.some(({ status }) => status === 'DEFEATED') && !lying) this.#halt(request.programRoot, requestId)
    if (await tellFall(callbacks, requestId, request, assertions, head)) return undefined
    let mayChange = false
    if (request.status === 'OPEN') {
      const refusal = own.length > 0 ? 'given' : await this.#refusal(requestId, request, assertions, head)
      if (refusal === null) return this.#assert(requestId, head, held)
      mayChange = refusal === 'stake' || refusal === 'unconfirmed'
      if (await settleIfDue({ contracts, journal, sender }, { requestId, assertions, request, head, grace: GRACE })) return undefined
      if (survivor?.asserter === sender.address && (await tellAnswer(callbacks, requestId, request, survivor))) return undefined
      if (own.length > 0 && (await this.#expireIfShort(requestId, request, assertions, head))) return undefined
    }
    // What may still settle the request comes free with that.
    const awaited = (id: Hex): boolean => request.status === 'OPEN' && (id === survivor?.id || request.redundancy > 1)
    const bound = own.filter(({ id, status }) => status === 'STANDING' && !awaited(id))
    for (const assertion of bound) await this.#releaseIfFinal(requestId, assertions.indexOf(assertion), assertion, request, head)
    const unanswered = survivor === undefined && head.timestamp > request.deadline
    if (bound.length > 0 || (request.status === 'OPEN' && !unanswered)) {
      journal.reopen('request', requestId)
      return mayChange ? undefined : quietUntil(request, assertions, head)
    }
    const { status, settledBy } = request
    if (journal.close('request', requestId, head.number)) log.info('requestEnded', { requestId, status, settledBy })
    return Infinity
  }

  async #assert(requestId: Hex, head: Head, held: Answer | undefined): Promise<number | undefined> {
    const { contracts, sender, answers, log } = this.#deps
    const { result, late } = await waited(held ?? answers.decide(requestId), STALE)
    if (late) return this.advance(requestId, head, result)
    const { assertionId, root, output, proofs, lie } = result
    if (lie !== null) log.warn('lying', { requestId, assertionId, lie, warning: 'this operator was told to lie; its bond will be lost' })
    const facts = { kind: 'assert', requestId, assertionId, traceRoot: root, output }
    await sender.send({ key: `assert:${requestId}`, facts, ...contracts.oracle.encode('assertResult', requestId, output, root, proofs) })
  }

  /** Why not to answer; null where the terms suit, nobody has given the true answer yet, and the stake suffices. */
  async #refusal(requestId: Hex, request: RequestState, assertions: readonly Standing[], head: Head): Promise<Refusal | null> {
    const { contracts, journal, sender, answers, lying } = this.#deps
    // Not declined: it comes a few blocks later.
    if (head.number - journal.request(requestId)!.block < this.#acceptance.confirmations) return 'unconfirmed'
    const decline = (reason: Refusal, facts: object = {}): Refusal => this.#decline(requestId, reason, facts)
    const terms = unsuitable(request, this.#acceptance, head)
    if (terms) return decline(...terms)
    if (this.#halted.has(request.programRoot)) return decline('halted')
    const { total, locked } = await readStake(contracts, sender.address)
    if (total - locked < request.bond) return decline('stake', { free: total - locked, bond: request.bond, next: 'opine operator stake' })
    if (lying) return null
    const roots = await Promise.all(
      assertions.map(async ({ asserter, status }) => {
        return status === 'STANDING' || status === 'RELEASED' ? answers.trueRoot(requestId, asserter) : null
      }),
    )
    const given = assertions.filter(({ traceRoot }, index) => traceRoot === roots[index])
    if (given.length < request.redundancy) return null
    return decline('answered', { assertionId: given[0]!.id, asserter: given[0]!.asserter })
  }

  /** Ends a request to which too few gave an answer: whoever did is paid its share. */
  async #expireIfShort(requestId: Hex, request: RequestState, assertions: readonly Standing[], head: Head): Promise<boolean> {
    const { contracts, journal, sender } = this.#deps
    const { deadline, liveness, redundancy } = request
    const standing = assertions.filter(({ status }) => status === 'STANDING')
    if (standing.some(({ assertedAt, openGames }) => openGames > 0 || head.timestamp <= assertedAt + liveness)) return false
    const survivors = assertions.filter(({ status }) => status !== 'DEFEATED')
    if (head.timestamp <= deadline || survivors.length === 0 || agreementOf(assertions, redundancy, (id) => journal.output(id)))
      return false
    await sender.send({
      key: `expire:${requestId}`,
      facts: { kind: 'expire', requestId },
      anybody: true,
      ...contracts.oracle.encode('expire', requestId),
    })
    return true
  }

  /** Says once why a request is not answered. It is looked at again: stakes grow, and answers fall. */
  #decline(requestId: Hex, reason: Refusal, facts: object): Refusal {
    const key = `${requestId} ${reason}`
    if (!this.#said.has(key)) this.#deps.log[reason === 'stake' ? 'warn' : 'info']('requestDeclined', { requestId, reason, ...facts })
    this.#said.add(key)
    return reason
  }

  async #releaseIfFinal(
    requestId: Hex,
    index: number,
    { id, assertedAt, openGames }: Standing,
    { liveness }: RequestState,
    head: Head,
  ): Promise<void> {
    if (openGames > 0 || head.timestamp <= assertedAt + liveness) return
    const { contracts, sender } = this.#deps
    const call = contracts.oracle.encode('release', requestId, index)
    await sender.send({ key: `release:${id}`, facts: { kind: 'release', requestId, assertionId: id }, anybody: true, ...call })
  }

  /** An honest answer that fell means that this machine computes wrong, or was silent. It must not lose another bond. */
  #halt(programRoot: Hex, requestId: Hex): void {
    if (this.#halted.has(programRoot)) return
    this.#halted.add(programRoot)
    const next = 'check this machine against another one, and that it was online; then start again'
    this.#deps.log.error('ownAssertionDefeated', { programRoot, requestId, effect: 'no more requests of this model are answered', next })
  }
}
