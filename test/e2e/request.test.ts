import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { protocolAt } from '@opine/cli/chain/contracts.ts'
import { devAccount } from '@opine/cli/chain/dev-accounts.ts'
import { type Chain, startChainProcess } from '@opine/cli/demo/stage.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { readDeployment } from '@opine/node-kit/deployment-file.ts'
import { expect } from 'chai'
import { Contract, ContractFactory, JsonRpcProvider, type Wallet } from 'ethers'
import { opine } from '../support/opine.ts'

const DIGITS = 'models/zoo/digits/digits.onnx'
const LIVENESS = 60

/** Deploy, register, stake, serve and ask, as a person does it with the command alone. */
describe('opine request, answered by an operator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-request-'))
  const deployment = join(folder, 'deployment.json')
  const image = join(folder, 'image.bin')
  const { pixels, label } = SAMPLES[7]!
  const keys = [0, 1, 2].map((index) => devAccount(index).privateKey)
  let chain: Chain
  let operator: ChildProcess
  let provider: JsonRpcProvider

  const as = async (account: number, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await opine([...args, '--rpc', chain.http, '--deployment', deployment], { OPINE_KEY: keys[account]! })
    expect(code, stderr).to.equal(0)
    return stdout
  }

  before(async () => {
    writeFileSync(image, new Uint8Array(toInput(pixels).buffer))
    chain = await startChainProcess()
    provider = new JsonRpcProvider(chain.http, 31337, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 })
    const deployed = await opine(['deploy', '--rpc', chain.http, '--out', deployment], { OPINE_KEY: keys[0]! })
    expect(deployed.code, deployed.stderr).to.equal(0)
    await as(0, ['model', 'register', DIGITS])
    await as(1, ['operator', 'stake', '--amount', '1'])
    const args = [
      'oracle-node',
      'run',
      '--rpc',
      chain.ws,
      '--deployment',
      deployment,
      '--model',
      DIGITS,
      '--data',
      join(folder, 'data'),
      '--poll',
      '100',
    ]
    operator = spawn(process.execPath, ['cli/main.ts', ...args], { env: { ...process.env, OPINE_KEY: keys[1]! }, stdio: 'ignore' })
  })
  after(async () => {
    operator.kill('SIGKILL')
    provider.destroy()
    await chain.daemon.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Lets the liveness of whatever was asserted pass, again and again, until the request is answered. */
  async function passTimeUntil<T>(answer: Promise<T>): Promise<T> {
    let answered = false
    const settled = answer.finally(() => {
      answered = true
    })
    const { oracle } = protocolAt(readDeployment(deployment), provider)
    for (let made = 0; !answered; await sleep(100)) {
      const assertions = (await oracle.queryFilter(oracle.filters.AssertionMade!())).length
      if (assertions === made) continue
      made = assertions
      await provider.send('evm_increaseTime', [LIVENESS + 1])
      await provider.send('evm_mine', [])
    }
    return settled
  }

  const request = ['request', '--model', DIGITS, '--input', `image=${image}`, '--liveness', String(LIVENESS), '--timeout', '60', '--json']

  it('prints the outputs that were settled', async () => {
    const answer = JSON.parse(await passTimeUntil(as(2, request))) as { asserter: string; outputs: { name: string; values: number[] }[] }
    expect(answer.asserter).to.equal(devAccount(1).address)
    expect(answer.outputs.map(({ name }) => name)).to.deep.equal(['logits', 'probabilities'])
    const { values } = answer.outputs[1]!
    expect(values.indexOf(Math.max(...values))).to.equal(label)
  })

  it('asks through a consumer contract, which is called back', async () => {
    const { programRoot } = JSON.parse(await opine(['model', 'compile', DIGITS, '--json']).then(({ stdout }) => stdout))
    const { models } = protocolAt(readDeployment(deployment), provider)
    const [versionId] = await models.getFunction('versionsOfProgram')(programRoot)
    const wallet = devAccount(2).connect(provider) as unknown as Wallet
    const deployed = await new ContractFactory(DigitReader.abi, DigitReader.bytecode, wallet).deploy(
      readDeployment(deployment).oracle,
      versionId,
    )
    await deployed.waitForDeployment()
    const reader = await deployed.getAddress()
    const answer = JSON.parse(await passTimeUntil(as(2, [...request, '--reader', reader, '--optimistic']))) as { requestId: string }
    const reading = await new Contract(reader, DigitReader.abi, provider).getFunction('readingOf')(answer.requestId)
    expect(reading.known).to.equal(true)
    expect(Number(reading.digit)).to.equal(label)
  })

  it('prints the id and ends, where nobody waits; shows how it stands, and ends only what can end', async () => {
    const args = [
      ...request.slice(0, 5),
      '--deadline',
      '600',
      '--tier',
      'high',
      '--redundancy',
      '2',
      '--no-wait',
      '--json',
      '--max-fee',
      '100',
    ]
    const { requestId } = JSON.parse(await as(2, args)) as { requestId: string }
    const show = ['request', 'show', requestId, '--rpc', chain.ws, '--deployment', deployment]
    const state = JSON.parse((await opine([...show, '--json'])).stdout) as { status: string; requestId: string }
    expect([state.status, state.requestId]).to.deep.equal(['open', requestId])
    const { code, stderr } = await opine(['request', 'finish', requestId, '--rpc', chain.http, '--deployment', deployment], {
      OPINE_KEY: keys[2]!,
    })
    expect([code, /^error REQUEST_REFUSED: [^\n]+\n$/.test(stderr)], stderr).to.deep.equal([1, true])
    const unknown = await opine(['request', 'show', `0x${'11'.repeat(32)}`, '--rpc', chain.http, '--deployment', deployment])
    expect(unknown.stderr).to.match(/^error REQUEST_UNKNOWN: [^\n]+\n$/)
    const wrong = await opine([...request, '--optimistic', '--rpc', chain.http, '--deployment', deployment], { OPINE_KEY: keys[2]! })
    expect(wrong.stderr).to.match(/^error OPTIMISTIC_READER: /)
  })

  it('ends its operator when told to', async () => {
    operator.kill('SIGTERM')
    const [code] = await once(operator, 'exit')
    expect(code).to.equal(0)
  })
})
