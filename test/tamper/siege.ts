import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import type { RequestTerms } from '@opine/client/request-terms.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { Contract, keccak256, ZeroAddress } from 'ethers'
import type { Asked, Asserted } from '../support/arena.ts'
import { errorName } from '../support/error-name.ts'
import { type State, stateOf } from '../support/player.ts'
import { eventsOf, type FastChain } from './chain.ts'
import { GAME, ORACLE } from './game.ts'

export const [CONSUMER, HONEST, ATTACKER, STRANGER, ACCOMPLICE] = [1, 2, 3, 4, 5] as const

/** For the names of its errors alone: what reverts in a step comes from there. */
const VERIFIER = new Contract(ZeroAddress, StepVerifier.abi)

/** What was refused, and with which error: counted, for the report. */
export type Refusals = Map<string, number>

/** The domain of oaths, or another one. */
export type OathDomain = { readonly name: string; readonly version: string; readonly chainId: number; readonly verifyingContract: string }

/** An honest assertion, attacked by a challenger that has no case and does all that it can think of. */
export class Siege {
  readonly chain: FastChain
  readonly random: Random
  readonly refusals: Refusals
  readonly asked: Asked
  readonly assertion: Asserted
  readonly own: TraceProvider
  /** Another honest assertion by the same asserter, whose oaths can be replayed. */
  readonly other: Asserted
  readonly elsewhere: Asked

  private constructor(
    chain: FastChain,
    random: Random,
    refusals: Refusals,
    asked: Asked,
    assertion: Asserted,
    elsewhere: Asked,
    other: Asserted,
  ) {
    this.chain = chain
    this.random = random
    this.refusals = refusals
    this.asked = asked
    this.assertion = assertion
    this.elsewhere = elsewhere
    this.other = other
    this.own = providerOf(assertion.trace, assertion.salt, chain.arena.levels)
  }

  static async lay(chain: FastChain, truth: Trace, random: Random, refusals: Refusals, terms: Partial<RequestTerms>): Promise<Siege> {
    const { arena } = chain
    const input = concatBytes(...truth.inputs)
    const [asked, elsewhere] = [await arena.ask(CONSUMER, input, terms), await arena.ask(STRANGER, input, terms)]
    const assertion = await assertTrace(chain, asked, truth)
    return new Siege(chain, random, refusals, asked, assertion, elsewhere, await assertTrace(chain, elsewhere, truth))
  }

  get game(): string {
    return this.chain.arena.deployment.game
  }

  state = (gameId: string): Promise<State> => stateOf(this.chain.arena, gameId)

  open = (who: number, root: Uint8Array): Promise<string> => this.chain.arena.open(who, this.assertion, root)

  async move(who: number, name: string, args: readonly unknown[]): Promise<void> {
    await this.chain.send(who, this.game, GAME.encodeFunctionData(name, args as unknown[]))
  }

  /** Tries a call that must revert, with one of these errors where they are named. */
  async refused(what: string, who: number, to: string, data: string, expected: readonly string[] = [], value = 0n): Promise<void> {
    const error = await errorName(VERIFIER, this.chain.call(who, to, data, value))
    expect(error, `${what} is refused`).to.not.equal('none')
    if (expected.length > 0) expect(expected, `${what}: ${error}`).to.include(error)
    expect(error, `${what} is refused by an error of the protocol`).to.match(/^(\w+)_(\w+)$/)
    const key = `${what}: ${error}`
    this.refusals.set(key, (this.refusals.get(key) ?? 0) + 1)
  }

  refusedMove(what: string, who: number, name: string, args: readonly unknown[], expected: readonly string[] = []): Promise<void> {
    return this.refused(what, who, this.game, GAME.encodeFunctionData(name, args as unknown[]), expected)
  }

  get domain(): OathDomain {
    const { chainId, game } = this.chain.arena.deployment
    return { name: 'Opine', version: '1', chainId, verifyingContract: game }
  }

  /** A signature under an interior list or totals, of whomever and for whatever domain. */
  signed(who: number, kind: 'Interior' | 'Totals', message: Record<string, unknown>, domain: OathDomain = this.domain): Promise<string> {
    const uint32 = (name: string) => ({ name, type: 'uint32' })
    const fields = kind === 'Interior' ? [uint32('first')] : [uint32('kernel'), uint32('element')]
    const types = { [kind]: [{ name: 'assertionId', type: 'bytes32' }, ...fields, { name: 'content', type: 'bytes32' }] }
    return this.chain.arena.signers[who]!.signTypedData(domain, types, message)
  }
}

export const contentOf = (list: readonly Uint8Array[]): string => keccak256(concatBytes(...list))

async function assertTrace(chain: FastChain, asked: Asked, trace: Trace): Promise<Asserted> {
  const { arena } = chain
  const salt = arena.salt(asked.requestId, HONEST)
  const tree = providerOf(trace, salt).traceTree()
  const proofs = arena.program.outputs.map((kernel) => branch(tree, kernel))
  const data = ORACLE.encodeFunctionData('assertResult', [asked.requestId, outputBytes(trace), rootOf(tree), proofs])
  const sent = await chain.send(HONEST, arena.deployment.oracle, data)
  const { assertionId } = eventsOf(sent, arena.deployment.oracle, ORACLE).find(({ name }) => name === 'AssertionMade')!.args
  return { id: assertionId, output: outputBytes(trace), salt, trace }
}
