import { after, before, describe, it } from 'node:test'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const [CONSUMER, LIAR, CHALLENGER, OTHER] = [1, 3, 4, 5] as const
/** A contract that answers 42 to everything: PUSH1 42, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN. */
const ANSWERS_42 = '0x602a5f5260205ff3'
/** A lie in the last element of the last output, and one that no output shows. */
const [LIE_IN_OUTPUT, LIE_INSIDE] = ['5:0:alone:0x1', '3:4:downstream:0x800000']

describe('the dry run before a game', () => {
  let theatre: Theatre
  let verifier: string
  let code: string
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    await theatre.stake(LIAR, 10n * ETHER)
    verifier = (await theatre.contracts.game.read('VERIFIER'))[0] as string
    code = await theatre.local.provider.getCode(verifier)
  })
  after(() => theatre.close())

  const becomes = (bytecode: string): Promise<unknown> => theatre.local.provider.send('hardhat_setCode', [verifier, bytecode])

  async function lie(spec: string, image: number): Promise<void> {
    const liar = await theatre.oracleNode(LIAR, { lie: parseLie(spec) }, { store: spec })
    const requestId = await theatre.ask(CONSUMER, sampleImage(image))
    await until('it lied', async () => (await theatre.assertions(requestId)).length === 1)
    await liar.stop()
  }

  it('opens no game where the verifier computes otherwise, and says where', async () => {
    await lie(LIE_INSIDE, 3)
    await becomes(ANSWERS_42)
    const challenger = await theatre.challenger(CHALLENGER)
    await until('the alarm', () => challenger.said('dryRunFailed').length === 1)
    await theatre.local.mine(3)
    await until('it looked again', () => challenger.said('assertionSeen').length === 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const [alarm, ...more] = challenger.said('dryRunFailed')
    expect(more).to.deep.equal([])
    expect(alarm).to.include({ level: 'error', code: 'DRY_RUN_FAILED', verifier, found: '0x0000002a' })
    for (const name of ['kernel', 'element', 'evaluation', 'block', 'expected', 'alarm']) expect(alarm).to.have.property(name)
    expect(challenger.moves()).to.deep.equal([])
    await challenger.stop()
  })

  it('opens the game once the verifier is right, and remembers that this program passed', async () => {
    await becomes(code)
    const challenger = await theatre.challenger(CHALLENGER)
    await until('it opened', () => challenger.moves().includes('open'))
    const passed = challenger.said('dryRunPassed')
    expect(passed.map(({ exact }) => exact)).to.deep.equal([true, false])
    expect(passed[0]!.steps, 'the output element that differs').to.be.within(1, 4)
    expect(passed[1]!.steps, 'one of every kind').to.be.greaterThan(4)
    for (const line of passed) expect(line).to.include({ left: 0, unasked: 0 })
    await lie(LIE_IN_OUTPUT, 4)
    await until('it opened another', () => challenger.moves().filter((kind) => kind === 'open').length === 2)
    const more = challenger.said('dryRunPassed').slice(2)
    expect(
      more.map(({ exact }) => exact),
      'the kinds are not tried again',
    ).to.deep.equal([true])
    await challenger.stop()
  })

  it('takes a verifier that reverts for one that disagrees', async () => {
    await becomes('0x5f5ffd')
    const challenger = await theatre.challenger(OTHER)
    await until('the alarm', () => challenger.said('dryRunFailed').length > 0)
    expect(challenger.said('dryRunFailed')[0]!.found).to.contain('revert')
    expect(challenger.moves()).to.deep.equal([])
    await challenger.stop()
    await becomes(code)
  })
})
