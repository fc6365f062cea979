import { after, afterEach, before, describe, it } from 'node:test'
import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { createClient, type OpineClient } from '@opine/client/client.ts'
import { estimate } from '@opine/client/estimate.ts'
import { askAndAwait } from '@opine/client/example.ts'
import { finish } from '@opine/client/finish.ts'
import type { Told } from '@opine/client/follow.ts'
import { packInput } from '@opine/client/input.ts'
import { decodeOutput } from '@opine/client/output.ts'
import { request, requestIdsOf } from '@opine/client/request.ts'
import { result } from '@opine/client/result.ts'
import { readSpec } from '@opine/client/spec.ts'
import { chooseTerms } from '@opine/client/terms.ts'
import { wait } from '@opine/client/wait.ts'
import { watch } from '@opine/client/watch.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { expect } from 'chai'
import type { Signer } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { deploy } from '../support/deploy.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const CONSUMER = 1
const HONEST = 2
const LIAR = 3
const CHALLENGER = 4

/** The typed error that a promise ends with. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).to.be.instanceOf(OpineError)
  return (error as OpineError).code
}

describe('the client for authors of applications', () => {
  let theatre: Theatre
  let signer: Signer
  let client: OpineClient
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, LIAR]) await theatre.stake(who, 10n * ETHER)
    signer = await theatre.local.signer(CONSUMER)
    client = await createClient(signer, theatre.deployment, { polling: 50 })
  })
  afterEach(() => theatre.dismiss())
  after(() => theatre.close())

  const wishes = { fee: 10n ** 16n, answerWithin: 7_200, liveness: 3_600 }
  const versionId = (): string => theatre.versionId
  const input = (seed: number): Uint8Array => sampleImage(seed)
  const ask = async (seed: number, more: object = {}) =>
    request(client, { versionId: versionId(), input: input(seed), terms: await chooseTerms(client, { ...wishes, ...more }) })

  it('knows the version’s types and numbers of elements from the chain, and checks names against them', async () => {
    const { interface: ports } = sampleModel()
    const spec = await readSpec(client, { versionId: versionId() })
    expect(spec.inputs.map(({ type, shape }) => ({ type, shape }))).to.deep.equal(ports.inputs.map(({ type, shape }) => ({ type, shape })))
    expect(await readSpec(client, { versionId: versionId() }, ports)).to.equal(ports)
    const wrong = { ...ports, outputs: [] }
    expect(await refusal(readSpec(client, { versionId: versionId() }, wrong))).to.equal('PROGRAM_INTERFACE')
    expect(await refusal(readSpec(client, { versionId: `0x${'77'.repeat(32)}` }))).to.equal('VERSION_UNKNOWN')
  })

  it('asks, and is told of a lie, the game, its end and the true answer', async () => {
    const liar = await theatre.oracleNode(LIAR, { lie: parseLie('3:4:downstream:0x800000') })
    const asked = await ask(1)
    const told: Told[] = []
    const watched = (async () => {
      for await (const event of watch(client, asked)) told.push(event)
    })()
    await until('it lied', () => told.some(({ type }) => type === 'asserted'))
    const early = await result(client, asked)
    expect([early.status, early.answer?.isFinal, early.answer?.status]).to.deep.equal(['open', false, 'standing'])
    await theatre.oracleNode(HONEST)
    const challenger = await theatre.challenger(CHALLENGER)
    await until('the lie fell', () => told.some(({ type }) => type === 'defeated'))
    await until('the truth is told', () => told.filter(({ type }) => type === 'asserted').length === 2)
    await challenger.stop()
    await liar.stop()
    await theatre.local.pass(3_601)
    const answer = await wait(client, { ...asked, timeout: 20_000 })
    await watched
    expect(told.map(({ type }) => type)).to.include.members(['requested', 'asserted', 'disputed', 'defeated', 'settled'])
    expect(told.at(-1)!.type).to.equal('settled')
    const final = await result(client, asked)
    expect([final.status, final.answer?.isFinal, final.answer?.output]).to.deep.equal(['settled', true, answer.output])
    expect(final.answer?.asserter).to.equal(answer.asserter).and.to.not.equal(early.answer?.asserter)
    expect(decodeOutput(sampleModel().interface, answer.output)[0]!.values.length).to.be.greaterThan(0)
  })

  it('runs the example', async () => {
    await theatre.oracleNode(HONEST)
    const spec = await readSpec(client, { versionId: versionId() })
    const values = decodeOutput({ inputs: [], outputs: spec.inputs }, input(3))[0]!.values
    expect(packInput(spec, values)).to.deep.equal(input(3))
    const lines: string[] = []
    const answer = askAndAwait({ signer, deployment: theatre.deployment, versionId: versionId(), values, say: (line) => lines.push(line) })
    await until('it was answered', () => lines.includes('asserted'))
    await theatre.local.pass(86_401)
    expect((await answer).length).to.be.greaterThan(0)
    expect(lines).to.include.members(['requested', 'asserted', 'settled'])
  })

  it('tells of callbacks that were delivered and that failed', async () => {
    await theatre.oracleNode(HONEST)
    const reader = await deploy(DigitReader, [theatre.deployment.oracle, versionId()], signer)
    const terms = await chooseTerms(client, { ...wishes, callbackGas: 50_000, optimistic: true })
    const due = await estimate(client, { versionId: versionId(), terms })
    const sent = await reader.getFunction('read')(input(4), terms, { value: due })
    const receipt = await sent.wait()
    const [requestId] = requestIdsOf(client, receipt)
    expect(requestId).to.not.equal(undefined)
    const told: Told[] = []
    const watched = (async () => {
      for await (const event of watch(client, { requestId: requestId!, fromBlock: receipt.blockNumber })) told.push(event)
    })()
    await until('it was answered', () => told.some(({ type }) => type === 'asserted'))
    await theatre.local.pass(3_601)
    await watched
    // The reader takes answers of another length alone, so it refuses the final one; first answers it hears and ignores.
    expect(told.map(({ type }) => type)).to.have.members(['requested', 'asserted', 'told', 'settled', 'callbackFailed'])
    expect(told.find((event) => event.type === 'callbackFailed')?.hook).to.equal('onInference')
  })

  it('says that nobody answered, and ends the request', async () => {
    const asked = await ask(5)
    const waiting = wait(client, asked)
    await theatre.local.pass(7_201)
    expect(await refusal(waiting)).to.equal('REQUEST_OVERDUE')
    expect((await finish(client, asked)).ended).to.equal('expired')
    expect(await refusal(wait(client, asked))).to.equal('REQUEST_EXPIRED')
    expect((await result(client, asked)).status).to.equal('expired')
    expect(await refusal(finish(client, asked))).to.equal('ALREADY_ENDED')
  })

  it('stops when it is told to, or after the time-out', async () => {
    const asked = await ask(6)
    expect(await refusal(wait(client, { ...asked, timeout: 200 }))).to.equal('NO_ANSWER')
    const controller = new AbortController()
    const waiting = wait(client, { ...asked, signal: controller.signal })
    controller.abort(new OpineError('ENOUGH', 'the reader has left'))
    expect(await refusal(waiting)).to.equal('ENOUGH')
  })

  it('refuses with one typed error before anything is sent', async () => {
    const terms = await chooseTerms(client, wishes)
    const count = await signer.getNonce()
    const asking = (change: object) => refusal(request(client, { versionId: versionId(), input: input(7), terms, ...change }))
    expect(await asking({ input: new Uint8Array(3) })).to.equal('REQUEST_REFUSED')
    expect(await asking({ terms: { ...terms, liveness: 1 } })).to.equal('REQUEST_REFUSED')
    expect(await asking({ value: 1n })).to.equal('REQUEST_REFUSED')
    expect(await asking({ versionId: `0x${'77'.repeat(32)}` })).to.equal('REQUEST_REFUSED')
    expect(await asking({ input: { tensors: [1, 2, 3] } })).to.equal('INPUT_LENGTH')
    expect(await asking({ input: { tensors: { nothing: [1] } } })).to.equal('INPUT_UNKNOWN')
    expect(await signer.getNonce()).to.equal(count)
    const reading = await createClient(theatre.local.provider, theatre.deployment)
    expect(await refusal(request(reading, { versionId: versionId(), input: input(7), terms }))).to.equal('SIGNER_MISSING')
    expect(await refusal(createClient(signer, { ...theatre.deployment, chainId: 1 }))).to.equal('CHAIN_WRONG')
    expect(await refusal(createClient(signer, { ...theatre.deployment, oracle: `0x${'11'.repeat(20)}` }))).to.equal('NOT_DEPLOYED')
    expect(await refusal(result(client, { requestId: `0x${'11'.repeat(32)}` }))).to.equal('REQUEST_UNKNOWN')
  })
})
