import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

const DIGITS = 'models/zoo/digits/digits.onnx'

type Started = { readonly http: string; readonly ws: string; readonly accounts: readonly { readonly privateKey: string }[] }

/** Waits for the line in which the chain says where it is. */
const started = (chain: ChildProcess): Promise<Started> =>
  new Promise((resolve, reject) => {
    chain.stdout!.once('data', (line: Buffer) => resolve(JSON.parse(line.toString()) as Started))
    chain.once('exit', (code) => reject(new Error(`the chain ended with ${code}`)))
  })

describe('opine chain, deploy, model register, operator stake, request', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-cli-'))
  const deployment = join(folder, 'deployment.json')
  const chain = spawn(process.execPath, ['cli/main.ts', 'chain', '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let node: Started
  before(async () => {
    node = await started(chain)
  })
  after(() => {
    chain.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const as = (account: number, args: readonly string[], rpc = node.http) =>
    opine([...args, '--rpc', rpc], { OPINE_KEY: node.accounts[account]!.privateKey })

  it('deploys, registers once, stakes, and asks over either protocol', async () => {
    expect((await as(0, ['deploy', '--out', deployment])).code).to.equal(0)
    const register = ['model', 'register', DIGITS, '--deployment', deployment]
    const registered = JSON.parse((await as(0, [...register, '--price', '0.001', '--uri', 'ipfs://digits', '--json'])).stdout)
    expect(registered).to.deep.include({ proved: true })
    for (const name of ['programRoot', 'versionId']) expect(registered[name]).to.match(/^0x[0-9a-f]{64}$/)
    expect(registered.transactions).to.have.length(2)
    expect((await as(0, register)).stderr).to.match(/\nerror CALL_REVERTED: .*ModelRegistry_ModelExists\(\d+\)\n$/)
    const own = await as(1, register)
    expect(own.stdout).to.match(/^program root {2}0x[0-9a-f]{64}, registered before\nmodel id {6}\d+\nversion id {4}0x/)
    expect((await as(1, [...register, '--model', registered.modelId])).stderr).to.match(/ModelRegistry_NotOwner/)
    expect((await as(0, [...register, '--model', registered.modelId])).stderr).to.match(/ModelRegistry_VersionExists/)
    const staked = await as(1, ['operator', 'stake', '--amount', '1.5', '--deployment', deployment, '--json'])
    expect(JSON.parse(staked.stdout)).to.include({ total: '1500000000000000000', locked: '0' })
    const operator = async (command: string) =>
      JSON.parse((await as(1, ['operator', ...command.split(' '), '--deployment', deployment, '--json'])).stdout)
    expect(await operator('unstake --amount 0.5')).to.include({ total: '1000000000000000000', unbonding: '500000000000000000' })
    expect(await operator('cap --bps 5000')).to.have.property('transaction')
    expect(await operator('show')).to.include({ total: '1000000000000000000', locked: '0', owed: '0', ready: '0', frozenUntil: 0 })
    for (const [command, error] of [
      ['complete-unstake', 'OperatorRegistry_StillUnbonding'],
      ['withdraw', 'OperatorRegistry_NothingToWithdraw'],
    ] as const) {
      const failed = await as(1, ['operator', command, '--deployment', deployment])
      expect(failed.stderr).to.match(new RegExp(`^error CALL_REVERTED: .*${error}`))
    }
    const ask = ['request', '--model', DIGITS, '--random', '1', '--deployment', deployment, '--timeout', '1']
    expect((await as(2, ask, node.ws)).stderr, 'two models offer it').to.match(/^error VERSION_SEVERAL: [^\n]*\n$/)
    const unanswered = await as(2, [...ask, '--version-id', registered.versionId], node.ws)
    expect(unanswered.stderr).to.match(/^error NO_ANSWER: /m)
    expect(unanswered.code).to.equal(1)
  })

  it('attests a version, and demands and shows its files', async () => {
    const { versionId } = JSON.parse((await as(3, ['model', 'register', DIGITS, '--deployment', deployment, '--json'])).stdout)
    const attestation = (who: number, command: string) =>
      as(who, ['attestation', ...command.split(' '), '--version-id', versionId, '--deployment', deployment])
    expect((await attestation(2, 'demand')).stderr).to.match(/^error CALL_REVERTED: .*Attestations_NoAttester/)
    expect((await attestation(1, 'attest')).stdout).to.match(/^transaction {2}0x[0-9a-f]{64}\n$/)
    expect((await attestation(2, 'demand --buffer 1')).code).to.equal(0)
    for (let block = 0; block < 3; block++) await as(1, ['operator', 'cap', '--bps', '5000', '--deployment', deployment])
    expect((await attestation(2, 'draw')).code).to.equal(0)
    expect(
      (await opine(['attestation', 'show', '--rpc', node.http, '--version-id', versionId, '--deployment', deployment])).stdout,
    ).to.match(/^active {5}yes\nattested {3}by 0x\w{40}\ndemanded {3}by 0x\w{40}, for [\d.]+ ETH; to be answered until /)
    expect((await attestation(3, `answer --model ${DIGITS}`)).code).to.equal(0)
    expect(JSON.parse((await attestation(2, 'show --json')).stdout)).to.deep.include({ versionId, active: true, demand: null })
    expect((await attestation(2, 'fail')).stderr).to.match(/^error CALL_REVERTED: .*Attestations_NoDemand/)
    expect((await attestation(1, 'release')).stderr).to.match(/^error CALL_REVERTED: .*Attestations_NotLapsed/)
    const slash = await attestation(2, `slash --attester 0x${'22'.repeat(20)}`)
    expect(slash.stderr).to.match(/^error CALL_REVERTED: .*Attestations_NotAttested/)
  })

  it('says what it cannot do', async () => {
    const stake = ['operator', 'stake', '--amount', '1', '--deployment', deployment]
    expect((await opine([...stake, '--rpc', node.http])).stderr).to.match(/^error KEY_MISSING: /)
    expect((await opine([...stake, '--rpc', node.http], { OPINE_KEY: '0x12' })).stderr).to.match(/^error KEY_MALFORMED: [^\n]*\n$/)
    expect((await as(1, ['operator', 'stake', '--amount', '1', '--deployment', 'package.json'])).stderr).to.match(
      /^error DEPLOYMENT_MALFORMED: /,
    )
    const poor = await opine([...stake, '--rpc', node.http], { OPINE_KEY: `0x${'17'.repeat(32)}` })
    expect(poor.stderr).to.match(/^error LOW_FUNDS: /)
    expect((await as(0, ['deploy', '--out', deployment, '--clock', '1'])).stderr).to.match(
      /^error CALL_REVERTED: .*Parameters_OutOfRange\(clock, 1, 600, 2592000\)$/m,
    )
    expect((await as(0, ['deploy', '--out', deployment, '--guardian', '0x12'])).stderr).to.match(/^error [A-Z_]+: .*expected an address/)
    const taken = await opine(['chain', '--port', new URL(node.http).port])
    expect(taken.stderr).to.match(/^error PORT_TAKEN: /)
  })

  it('ends when it is interrupted', async () => {
    const ended = new Promise((resolve) => chain.once('exit', resolve))
    chain.kill('SIGINT')
    expect(await ended).to.equal(0)
  })
})
