import { before, describe, it } from 'node:test'
import { Agent } from '@opine/abi/generated/Agent.ts'
import { Counter } from '@opine/abi/generated/Counter.ts'
import { bitsOf } from '@opine/models/numerics/bits.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { ALICE, BOB, BUREAU, CAROL, Clinic, HONEST, LIAR, OTHER, OWNER, type Question } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'

const STATES = ['NONE', 'ASKED', 'SCHEDULED', 'DECLINED', 'EXECUTED', 'VETOED'] as const
const [REPORTER, GUARDIAN, ANYBODY] = [ALICE, BOB, CAROL] as const
const DAY = 86_400
const DELAY = 3600
const FEE = ETHER / 100n
const LIMITS = { delay: DELAY, window: 7200, dailyCap: 30n * ETHER, largeFrom: 5n * ETHER, confidence: bitsOf(0.5) }
/** What the classes lead to: 3 pays an account, 7 makes a dear call, 5 counts. */
const PAY = 3
const DEAR = 7
const COUNT = 5
const image = (digit: number): Uint8Array => new Uint8Array(toInput(SAMPLES[digit]!.pixels).buffer)

describe('the agent', () => {
  let clinic: Clinic
  let agent: Contract
  let counter: Contract
  const payee = `0x${'00'.repeat(18)}fee5`

  before(async () => {
    clinic = await Clinic.open('digits')
    const { arena } = clinic
    counter = await deploy(Counter, [], arena.signers[OWNER]!)
    const who = [clinic.address(REPORTER), clinic.address(OWNER), clinic.address(GUARDIAN)]
    agent = await deploy(Agent, [arena.deployment.oracle, arena.versionId, ...who, 10, LIMITS], arena.signers[OWNER]!)
    await (await arena.signers[OWNER]!.sendTransaction({ to: agent.target, value: 100n * ETHER })).wait()
    const add = counter.interface.encodeFunctionData('add', [1])
    for (const [cls, action] of [
      [PAY, { target: payee, value: ETHER, data: '0x' }],
      [DEAR, { target: counter.target, value: 20n * ETHER, data: add }],
      [COUNT, { target: counter.target, value: 0n, data: add }],
    ] as const)
      await clinic.send(agent, OWNER, 'approveAction', [cls, action])
  })

  const ask = async (digit: number, reach = 2n * ETHER): Promise<Question> =>
    clinic.question(await clinic.send(agent, REPORTER, 'ask', [image(digit), reach, FEE]))
  const error = (who: number, name: string, args: readonly unknown[] = []) => errorName(agent, clinic.attempt(agent, who, name, args))
  const state = async ({ requestId }: Question) => STATES[Number((await agent.getFunction('decisionOf')(requestId)).state)]
  const execute = (question: Question) => clinic.send(agent, ANYBODY, 'execute', [question.requestId])
  const scheduled = async (digit: number): Promise<Question> => {
    const question = await ask(digit)
    await clinic.answer(question)
    expect(await state(question)).equal('SCHEDULED')
    return question
  }
  const reason = (receipt: Awaited<ReturnType<Clinic['settle']>>) => clinic.arena.events(receipt, agent, 'DecisionDeclined')[0]?.reason

  it('does what the answer chose, when the delay is over, once', async () => {
    expect(await error(ANYBODY, 'ask', [image(3), 0, 0])).equal('Agent_NotReporter')
    const question = await ask(PAY)
    expect(await state(question)).equal('ASKED')
    expect(await error(ANYBODY, 'execute', [question.requestId])).equal('Agent_NotScheduled')
    await clinic.answer(question)
    expect(await error(ANYBODY, 'execute', [question.requestId])).equal('Agent_TooEarly')
    await clinic.arena.pass(DELAY)
    await execute(question)
    expect(await clinic.arena.provider.getBalance(payee)).equal(ETHER)
    expect(await state(question)).equal('EXECUTED')
    expect(await error(ANYBODY, 'execute', [question.requestId])).equal('Agent_NotScheduled')
    expect(await error(HONEST, 'onInference', [question.requestId, question.requestId, '0x'])).equal('InferenceConsumer_NotOracle')
  })

  it('does not do what a liar would have it do', async () => {
    const question = await ask(1)
    const lying = await clinic.assert(question, LIAR, clinic.lie(question, 1, PAY, 3))
    await clinic.topple(question, lying)
    const receipt = await clinic.settle(question, await clinic.assert(question))
    expect(reason(receipt)).equal('no action')
    expect(await state(question)).equal('DECLINED')
    expect(await clinic.arena.provider.getBalance(payee), 'as before').equal(ETHER)
    const before = await clinic.arena.provider.getBalance(agent.target)
    await clinic.send(agent, ANYBODY, 'collect', [])
    expect((await clinic.arena.provider.getBalance(agent.target)) > before, 'compensation').equal(true)
  })

  it('takes dear actions from questions of the high tier alone, on which two agree', async () => {
    const cheap = await ask(DEAR)
    expect(reason(await clinic.answer(cheap))).equal('out of reach')
    const reach = 20n * ETHER
    const question = await ask(DEAR, reach)
    expect(question.liveness).equal(DAY)
    const { terms } = await clinic.arena.oracle(0).getFunction('request')(question.requestId)
    expect([terms.redundancy, terms.bond]).deep.equal([2n, reach])
    const alone = await clinic.assert(question)
    const settle = clinic.arena.oracle(0).getFunction('settle')
    await clinic.arena.pass(DAY / 2)
    const second = await clinic.assert(question, OTHER)
    expect(second.output).deep.equal(alone.output)
    await clinic.arena.pass(DAY / 2 + 1)
    expect(await errorName(clinic.arena.oracle(0), settle.staticCall(question.requestId, alone.output))).equal('InferenceOracle_NotFinal')
    await clinic.settle(question, alone)
    await clinic.arena.pass(DELAY)
    await execute(question)
    expect(await clinic.arena.provider.getBalance(counter.target)).equal(reach)
    expect(await counter.getFunction('count')()).equal(1n)
  })

  it('spends no more than the cap in a day', async () => {
    await clinic.arena.pass(DAY - ((await clinic.arena.now()) % DAY) + 60)
    const first = await ask(DEAR, 20n * ETHER)
    const second = await ask(DEAR, 20n * ETHER)
    for (const question of [first, second]) for (const who of [HONEST, OTHER]) await clinic.assert(question, who)
    const output = (await clinic.assert(first, BUREAU).catch(() => null))?.output ?? undefined
    expect(output, 'an account without stake asserts nothing').equal(undefined)
    await clinic.arena.pass(DAY + 1)
    for (const question of [first, second]) {
      const [made] = await clinic.arena.oracle(0).queryFilter(clinic.arena.oracle(0).filters.AssertionMade!(null, question.requestId))
      const { args } = made as unknown as { args: { output: string } }
      await clinic.send(clinic.arena.oracle(0), ANYBODY, 'settle', [question.requestId, args.output])
    }
    await clinic.arena.pass(DELAY)
    await execute(first)
    expect(await error(ANYBODY, 'execute', [second.requestId])).equal('Policy_CapReached')
    expect(await agent.getFunction('spentToday')()).equal(20n * ETHER)
  })

  it('tries again when an action fails, until it is too late', async () => {
    await clinic.arena.pass(DAY)
    const question = await scheduled(COUNT)
    await clinic.arena.pass(DELAY)
    await clinic.send(counter, OWNER, 'setClosed', [true])
    expect(await errorName(counter, clinic.attempt(agent, ANYBODY, 'execute', [question.requestId]))).equal('Counter_Closed')
    await clinic.send(counter, OWNER, 'setClosed', [false])
    const count: bigint = await counter.getFunction('count')()
    await execute(question)
    expect(await counter.getFunction('count')()).equal(count + 1n)
    const late = await scheduled(COUNT)
    await clinic.arena.pass(DELAY + 7201)
    expect(await error(ANYBODY, 'execute', [late.requestId])).equal('Agent_TooLate')
  })

  it('can be vetoed, stopped and taken at its word only as the owner approved', async () => {
    const vetoed = await scheduled(COUNT)
    expect(await error(REPORTER, 'veto', [vetoed.requestId])).equal('Policy_NotGuardian')
    await clinic.send(agent, GUARDIAN, 'veto', [vetoed.requestId])
    expect(await state(vetoed)).equal('VETOED')

    const changed = await scheduled(COUNT)
    await clinic.send(agent, OWNER, 'approveAction', [COUNT, { target: counter.target, value: 1n, data: '0x' }])
    await clinic.arena.pass(DELAY)
    expect(await error(ANYBODY, 'execute', [changed.requestId]), 'the action is another now').equal('Agent_Outdated')
    const data = counter.interface.encodeFunctionData('add', [1])
    await clinic.send(agent, OWNER, 'approveAction', [COUNT, { target: counter.target, value: 0n, data }])

    const before = await scheduled(COUNT)
    const pending = await ask(COUNT)
    expect(await error(ANYBODY, 'stop')).equal('Policy_NotGuardian')
    expect(await error(OWNER, 'withdraw', [clinic.address(OWNER), 1n])).equal('Agent_NotStopped')
    await clinic.send(agent, GUARDIAN, 'stop', [])
    await clinic.arena.pass(DELAY)
    expect(await error(ANYBODY, 'execute', [before.requestId])).equal('Policy_IsStopped')
    expect(await error(REPORTER, 'ask', [image(3), 0, 0])).equal('Policy_IsStopped')
    await clinic.send(agent, OWNER, 'withdraw', [payee, 1n])
    expect(await error(GUARDIAN, 'withdraw', [payee, 1n])).equal('OwnableUnauthorizedAccount')
    expect(await error(GUARDIAN, 'resume')).equal('OwnableUnauthorizedAccount')
    await clinic.send(agent, OWNER, 'resume', [])
    expect(await error(ANYBODY, 'execute', [before.requestId]), 'decided before the stop').equal('Agent_Outdated')
    expect(reason(await clinic.answer(pending)), 'asked before the stop').equal('stopped')
  })

  it('does nothing on an answer that is not sure, nor for a class without action', async () => {
    const sure = { ...LIMITS, confidence: bitsOf(1.5) }
    const { arena } = clinic
    const who = [clinic.address(REPORTER), clinic.address(OWNER), clinic.address(GUARDIAN)]
    const doubter = await deploy(Agent, [arena.deployment.oracle, arena.versionId, ...who, 10, sure], arena.signers[OWNER]!)
    await (await arena.signers[OWNER]!.sendTransaction({ to: doubter.target, value: ETHER })).wait()
    await clinic.send(doubter, OWNER, 'approveAction', [PAY, { target: payee, value: 1n, data: '0x' }])
    const question = clinic.question(await clinic.send(doubter, REPORTER, 'ask', [image(PAY), 1n, FEE]))
    const [declined] = arena.events(await clinic.answer(question), doubter, 'DecisionDeclined')
    expect(declined!.reason).equal('not confident')
    await clinic.send(agent, OWNER, 'revokeAction', [PAY])
    const revoked = await ask(PAY)
    expect(reason(await clinic.answer(revoked))).equal('no action')
  })

  it('has a policy that only the owner writes, and that cannot be turned against the protocol', async () => {
    const action = { target: payee, value: 0n, data: '0x' }
    expect(await error(GUARDIAN, 'approveAction', [1, action])).equal('OwnableUnauthorizedAccount')
    expect(await error(OWNER, 'approveAction', [10, action])).equal('Policy_UnknownClass')
    expect(await error(OWNER, 'approveAction', [1, { ...action, data: new Uint8Array(1025) }])).equal('Policy_DataTooLong')
    await clinic.send(agent, OWNER, 'approveAction', [2, { ...action, data: new Uint8Array(1024).fill(255) }])
    await scheduled(2)
    const { oracle, operators } = clinic.arena.deployment
    for (const target of [agent.target, oracle, operators, `0x${'00'.repeat(20)}`])
      expect(await error(OWNER, 'approveAction', [1, { ...action, target }])).equal('Policy_TargetForbidden')
  })
})
