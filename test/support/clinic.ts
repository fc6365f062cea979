import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { bitsOf } from '@opine/models/numerics/bits.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import type { Contract, ContractTransactionReceipt } from 'ethers'
import { Arena, type Asserted, ETHER, TERMS } from './arena.ts'
import { play, STATUS } from './player.ts'

/** A model of the zoo, compiled from the committed file. */
export const zooProgram = (name: string): Program =>
  compile(readFileSync(join(import.meta.dirname, `../../models/zoo/${name}/${name}.onnx`))).program

/** Accounts of everybody whom consumers' tests know. */
export const [OWNER, LIAR, HONEST, CHALLENGER, OTHER, ALICE, BOB, CAROL, BUREAU, KEEPER] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const

export type Question = { readonly requestId: string; readonly input: Uint8Array; readonly liveness: number }

/** An arena in which consumer contracts of a zoo model ask, and are answered rightly or wrongly. */
export class Clinic {
  readonly arena: Arena

  private constructor(arena: Arena) {
    this.arena = arena
  }

  /** @param model  name of a zoo model, or a program */
  static async open(model: string | Program, terms: Partial<ProtocolTerms> = {}): Promise<Clinic> {
    const program = typeof model === 'string' ? zooProgram(model) : model
    const clinic = new Clinic(await Arena.create(program, { ...TERMS, ...terms }))
    for (const who of [LIAR, HONEST, OTHER]) await clinic.arena.stake(who, 1000n * ETHER)
    return clinic
  }

  /** The questions that a transaction asked, from its events alone. */
  questions(receipt: ContractTransactionReceipt): Question[] {
    const asked = this.arena.events(receipt, this.arena.oracle(0), 'InferenceRequested')
    return asked.map(({ requestId, input, terms }) => ({ requestId, input: fromHex(input), liveness: Number(terms.liveness) }))
  }

  question = (receipt: ContractTransactionReceipt): Question => this.questions(receipt)[0]!

  truth = (question: Question): Trace => this.arena.truth(question.input)

  /** Asserts the truth, or another trace. */
  assert(question: Question, who: number = HONEST, trace: Trace = this.truth(question)): Promise<Asserted> {
    return this.arena.assert(who, question, trace)
  }

  /** A trace in which one `f32` of an output is what the liar wants, false in just one transition. */
  lie(question: Question, output: number, element: number, wanted: number): Trace {
    const truth = this.truth(question)
    const kernel = this.arena.program.outputs[output]!
    const actual = new DataView(truth.buffers[kernel]!.slice().buffer).getUint32(4 * element, true)
    const xor = (bitsOf(Math.fround(wanted)) ^ actual) >>> 0
    return tellLie(truth, parseLie(`${kernel}:${element}:alone:0x${xor.toString(16)}`)).trace
  }

  /** Has a lie challenged until it falls. */
  async topple(question: Question, lying: Asserted): Promise<void> {
    const truth = this.truth(question)
    const gameId = await this.arena.open(CHALLENGER, lying, this.arena.ownRoot(CHALLENGER, question.requestId, truth))
    const { status } = await play(this.arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    if (status !== STATUS.CHALLENGER_WINS) throw new Error(`the liar was not beaten: status ${status}`)
  }

  /** Lets the liveness pass and settles, which calls the consumer back. */
  async settle(question: Question, answer: Asserted): Promise<ContractTransactionReceipt> {
    await this.arena.pass(question.liveness + 1)
    const settle = this.arena.oracle(HONEST).getFunction('settle')
    const receipt = await this.arena.send(settle(question.requestId, answer.output, { gasLimit: 6_000_000 }))
    const [failed] = this.arena.events(receipt, this.arena.oracle(0), 'CallbackFailed')
    if (failed) throw new Error(`the callback failed: ${failed.reason}`)
    return receipt
  }

  /** The whole way of an honest answer, by as many asserters as the question wants. */
  async answer(question: Question, asserters: readonly number[] = [HONEST]): Promise<ContractTransactionReceipt> {
    const answers: Asserted[] = []
    for (const who of asserters) answers.push(await this.assert(question, who))
    return this.settle(question, answers[0]!)
  }

  /** Ends a user-paid consumer's hold on what was paid for all of its settled questions. */
  async closeSettled(consumer: Contract): Promise<void> {
    const oracle = this.arena.oracle(0)
    const logs = await oracle.queryFilter(oracle.filters.InferenceRequested!(null, null, consumer.target))
    const ids = logs.map((log) => log.topics[1]!)
    const statuses = await Promise.all(ids.map(async (id) => (await oracle.getFunction('request')(id)).status))
    await this.send(consumer, OTHER, 'close', [ids.filter((_, i) => statuses[i] === 2n)])
  }

  send = async (
    contract: Contract,
    who: number,
    name: string,
    args: readonly unknown[],
    value = 0n,
  ): Promise<ContractTransactionReceipt> => {
    const signed = contract.connect(this.arena.signers[who]!) as Contract
    return this.arena.send(signed.getFunction(name)(...args, { value }))
  }

  /** A call that is only tried, for the error that it ends with. */
  attempt(contract: Contract, who: number, name: string, args: readonly unknown[], value = 0n): Promise<unknown> {
    const signed = contract.connect(this.arena.signers[who]!) as Contract
    return signed.getFunction(name).staticCall(...args, { value })
  }

  address = (who: number): string => this.arena.addresses[who]!
}

/** The `f32` numbers of an answer. */
export const numbersOf = (output: Uint8Array): Float32Array => new Float32Array(output.slice().buffer)
