import { before, describe, it } from 'node:test'
import { OraAdapter } from '@opine/abi/generated/OraAdapter.ts'
import { OraGasMeter } from '@opine/abi/generated/OraGasMeter.ts'
import { OraStylePrompt } from '@opine/abi/generated/OraStylePrompt.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { tokensOf } from '@opine/models/zoo/reader/brackets.ts'
import { expect } from 'chai'
import { AbiCoder, type Contract, id } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { ALICE, BOB, Clinic, HONEST, LIAR, OWNER, type Question } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'

const FEE = ETHER / 100n
const TIER = { liveness: 3600, bond: 2n * ETHER, delayPrice: 0, redundancy: 1 }
const text = (brackets: string): Uint8Array => new Uint8Array(Int32Array.from(tokensOf(brackets)).buffer)

describe('a consumer written for ORA’s oracle', () => {
  let clinic: Clinic
  let adapter: Contract
  let prompt: Contract
  let model: bigint
  before(async () => {
    clinic = await Clinic.open('reader')
    const { arena } = clinic
    adapter = await deploy(OraAdapter, [arena.deployment.oracle, arena.deployment.models, TIER, FEE, 86_400], arena.signers[OWNER]!)
    prompt = await deploy(OraStylePrompt, [adapter.target], arena.signers[OWNER]!)
    model = BigInt(arena.versionId)
  })

  const read = (contract: Contract, name: string, ...args: unknown[]) => contract.getFunction(name)(...args)
  const ask = async (brackets: string, extra = 0n): Promise<Question> => {
    const fee: bigint = await read(prompt, 'estimateFee', model)
    return clinic.question(await clinic.send(prompt, ALICE, 'calculateAIResult', [model, text(brackets)], fee + extra))
  }
  const result = (brackets: string): Promise<string> => read(prompt, 'getAIResult', model, text(brackets))

  it('asks, is answered and shows the result, with nothing changed but an address', async () => {
    const question = await ask('{[()]}')
    const [log] = await adapter.queryFilter(adapter.filters.AICallbackRequest!())
    const requested = adapter.interface.parseLog(log!)?.args
    expect([requested!.account, requested!.requestId, requested!.modelId]).deep.equal([prompt.target, BigInt(question.requestId), model])
    expect(question.input).deep.equal(text('{[()]}'))
    expect(await read(adapter, 'isFinalized', question.requestId)).equal(false)
    expect(await errorName(adapter, read(adapter, 'getAIResult', question.requestId))).equal('OraAdapter_NotKept')

    const answer = await clinic.assert(question)
    const settled = await clinic.settle(question, answer)
    expect(await result('{[()]}')).equal(toHex(answer.output))
    expect(await read(adapter, 'isFinalized', question.requestId)).equal(true)
    expect(await read(adapter, 'getAIResult', question.requestId)).equal(toHex(answer.output))
    const [stored] = clinic.arena.events(settled, prompt, 'ResultStored')
    const data = AbiCoder.defaultAbiCoder().encode(['uint256', 'bytes'], [model, text('{[()]}')])
    expect([stored!.requestId, stored!.callbackData]).deep.equal([BigInt(question.requestId), data])
    expect(clinic.arena.events(settled, adapter, 'AICallbackResult')[0]!.output).equal(toHex(answer.output))
  })

  it('never hears a lie that falls', async () => {
    const question = await ask('{[(])}')
    const lying = await clinic.assert(question, LIAR, clinic.lie(question, 0, 0, 0.999))
    await clinic.topple(question, lying)
    expect(await result('{[(])}')).equal('0x')
    const answer = await clinic.assert(question)
    await clinic.settle(question, answer)
    expect(await result('{[(])}'))
      .equal(toHex(answer.output))
      .not.equal(toHex(lying.output))
  })

  it('is called again when its callback failed and it has mended', async () => {
    const question = await ask('()')
    const answer = await clinic.assert(question)
    await clinic.send(prompt, OWNER, 'setBroken', [true])
    await clinic.arena.pass(question.liveness + 1)
    const receipt = await clinic.send(clinic.arena.oracle(0), BOB, 'settle', [question.requestId, answer.output])
    const [failed] = clinic.arena.events(receipt, clinic.arena.oracle(0), 'CallbackFailed')
    expect(failed!.reason.slice(0, 10)).equal(id('OraAdapter_CallbackFailed(bytes)').slice(0, 10))
    expect(await result('()')).equal('0x')
    expect(await read(adapter, 'isFinalized', question.requestId), 'the result is final all the same').equal(true)
    await clinic.send(prompt, OWNER, 'setBroken', [false])
    await clinic.send(clinic.arena.oracle(0), BOB, 'retryCallback', [question.requestId, answer.output])
    expect(await result('()')).equal(toHex(answer.output))
  })

  it('gets change and refunds back, though it cannot ask for them', async () => {
    const question = await ask('([', 777n)
    expect(await read(adapter, 'owedTo', prompt.target)).equal(777n)
    expect(await errorName(adapter, clinic.attempt(adapter, BOB, 'withdrawOwed', [clinic.address(BOB)]))).equal(
      'UserPaidConsumer_NothingOwed',
    )
    await clinic.arena.pass(86_401)
    await clinic.send(adapter, BOB, 'refund', [question.requestId])
    const fee: bigint = await read(prompt, 'estimateFee', model)
    await clinic.send(adapter, BOB, 'sendOwed', [prompt.target])
    expect(await clinic.arena.provider.getBalance(prompt.target)).equal(fee + 777n)
    expect(await read(adapter, 'totalOwed')).equal(0n)
  })

  it('costs what the estimate says, which grows with its gas', async () => {
    const [less, more]: bigint[] = await Promise.all([100_000n, 200_000n].map((gas) => read(adapter, 'estimateFee', model, gas)))
    expect(more! > less! && less! > FEE).equal(true)
    const args = [model, text('()')]
    expect(await errorName(adapter, clinic.attempt(prompt, ALICE, 'calculateAIResult', args, 1n))).equal('UserPaidConsumer_ValueTooLow')
    const call = [model, text('()'), prompt.target, 200_000n, new Uint8Array(1025)]
    expect(await errorName(adapter, clinic.attempt(adapter, ALICE, 'requestCallback', call, more!))).equal('OraAdapter_CallbackDataTooLong')
    expect(await errorName(adapter, clinic.attempt(adapter, HONEST, 'onInference', [id('x'), id('x'), '0x']))).equal(
      'InferenceConsumer_NotOracle',
    )
    expect(await errorName(adapter, read(adapter, 'getAIResult', 5n))).equal('OraAdapter_UnknownRequest')
    expect(await read(adapter, 'isFinalized', 5n)).equal(false)
  })
})

describe('the gas of a callback through the adapter', () => {
  const GAS = 200_000n
  /** A model of `count` numbers in and out. */
  const relu = (count: number) => {
    const port = { type: 'f32', shape: [count] } as const
    const nodes = [{ op: 'Relu', name: 'relu', inputs: ['x'], outputs: ['y'], attributes: {} }]
    return compile(
      encodeModel({
        name: 'relu',
        opset: 18,
        inputs: [{ ...port, name: 'x' }],
        outputs: [{ ...port, name: 'y' }],
        nodes,
        initializers: [],
      }),
    ).program
  }

  for (const [numbers, kept] of [
    [64, true],
    [65, false],
    [8192, false],
  ] as const) {
    it(`is what was paid for, with as much callback data as there may be and an answer of ${4 * numbers} bytes`, async () => {
      const clinic = await Clinic.open(relu(numbers))
      const { arena } = clinic
      const adapter = await deploy(OraAdapter, [arena.deployment.oracle, arena.deployment.models, TIER, FEE, 86_400], arena.signers[OWNER]!)
      const meter = await deploy(OraGasMeter, [], arena.signers[OWNER]!)
      const data = new Uint8Array(1024).fill(255)
      const input = new Uint8Array(Float32Array.from({ length: numbers }, (_, i) => i + 0.1).buffer)
      const args = [arena.versionId, input, meter.target, GAS, data]
      const fee: bigint = await adapter.getFunction('estimateFee')(arena.versionId, GAS)
      const question = clinic.question(await clinic.send(adapter, ALICE, 'requestCallback', args, fee))
      const answer = await clinic.assert(question)
      await clinic.send(meter, OWNER, 'setHungry', [true])
      await arena.pass(question.liveness + 1)
      const settle = arena.oracle(BOB).getFunction('settle')
      const settled = await arena.send(settle(question.requestId, answer.output, { gasLimit: 6_000_000 }))
      const [failed] = arena.events(settled, arena.oracle(0), 'CallbackFailed')
      expect(failed!.reason.slice(0, 10)).equal(id('OraAdapter_CallbackFailed(bytes)').slice(0, 10))
      await clinic.send(meter, OWNER, 'setHungry', [false])
      const retry = arena.oracle(BOB).getFunction('retryCallback')
      await arena.send(retry(question.requestId, answer.output, { gasLimit: 6_000_000 }))
      expect(await meter.getFunction('calls')()).equal(1n)
      expect(Number(GAS - (await meter.getFunction('given')())), 'gas spent before the callback’s first line').within(0, 2000)
      const result = errorName(adapter, adapter.getFunction('getAIResult')(question.requestId))
      expect(await result).equal(kept ? 'none' : 'OraAdapter_NotKept')
    })
  }
})
