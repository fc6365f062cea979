import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { account, accountKey, until } from '../support/local-chain.ts'
import { Middleman } from '../support/middleman.ts'
import { sampleFile, sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const CONSUMER = 1
const OPERATOR = 2
const HELPER = 7
const CHILD = fileURLToPath(new URL('../support/daemon-child.ts', import.meta.url))

describe('a daemon’s metrics and health', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-monitor-'))
  let theatre: Theatre
  let proxy: Middleman
  let child: ChildProcess
  let url = ''
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    proxy = await Middleman.start(theatre.local.url)
    await theatre.stake(OPERATOR, 10n * ETHER)
    writeDeployment(join(folder, 'deployment.json'), theatre.deployment)
    writeFileSync(join(folder, 'model.opine'), sampleFile())
    const files = ['--deployment', join(folder, 'deployment.json'), '--model', join(folder, 'model.opine'), '--data', join(folder, 'data')]
    const flags = ['--rpc', proxy.url, ...files, '--log', 'json', '--poll', '50', '--metrics', '0', '--min-balance', '9000']
    const env = { ...process.env, OPINE_KEY: `${accountKey(OPERATOR)},${accountKey(HELPER)}` }
    child = spawn(process.execPath, ['--no-warnings', CHILD, 'oracle-node', ...flags], { env, stdio: ['ignore', 'inherit', 'pipe'] })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      url ||= /"event":"metricsServed","url":"([^"]+)"/.exec(text)?.[1] ?? ''
    })
    await until('it says where it is served', () => url !== '')
  })
  after(async () => {
    if (child.exitCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await proxy.close()
    await theatre.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const get = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`${url}${path}`)
    return { status: response.status, text: await response.text() }
  }
  const reasons = async (): Promise<string[]> => {
    const { status, text } = await get('/ready')
    const { ready, reasons } = JSON.parse(text) as { ready: boolean; reasons: { code: string }[] }
    expect(status).to.equal(ready ? 200 : 503)
    return reasons.map(({ code }) => code)
  }
  const value = async (name: string): Promise<number> => {
    const line = (await get('/metrics')).text.split('\n').find((text) => text.startsWith(`${name} `))
    return line === undefined ? Number.NaN : Number(line.split(' ')[1])
  }

  it('tell of a request that it answered: moves, gas, money, stake', async () => {
    await until('it is ready', async () => (await reasons()).length === 0)
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:/)
    await theatre.ask(CONSUMER, sampleImage(3))
    await until('it answered', async () => (await value('opine_requests_answered_total')) === 1)
    expect(await value('opine_requests_seen_total')).to.equal(1)
    expect(await value('opine_moves_total{kind="assert"}')).to.equal(1)
    expect(await value('opine_gas_used_total{kind="assert"}')).to.be.greaterThan(21_000)
    expect(await value('opine_spent_wei_total{kind="assert"}')).to.be.greaterThan(21_000)
    expect(await value('opine_execution_seconds_count')).to.equal(1)
    expect(await value('opine_node_connected')).to.equal(1)
    expect(await value('opine_sync_lag_blocks')).to.be.lessThan(2)
    expect(await value('opine_balance_wei{account="0"}')).to.be.greaterThan(9e21)
    expect(await value('opine_stake_free_wei')).to.equal(Number(10n * ETHER))
    expect((await get('/health')).status).to.equal(200)
    expect((await get('/')).status).to.equal(404)
  })

  it('tell of its helper, which settles what the account answered', async () => {
    const { local } = theatre
    const helped = (): Promise<number> => local.provider.getTransactionCount(account(HELPER).address)
    expect(await helped()).to.equal(0)
    await local.pass(3601)
    await until('it settled', async () => (await value('opine_moves_total{kind="settle"}')) === 1)
    expect(await helped()).to.equal(1)
    expect(await value('opine_transactions_pending{account="1"}')).to.equal(0)
    expect(await value('opine_balance_wei{account="1"}')).to.be.greaterThan(9e21)
  })

  it('say why it cannot do its work, and that it can again', async () => {
    await theatre.local.provider.send('hardhat_setBalance', [account(OPERATOR).address, '0x10'])
    await until('the balance is low', async () => (await reasons()).includes('FUNDS_LOW'), 15_000)
    proxy.decide(() => 'swallow')
    proxy.cut()
    await until('the node is silent', async () => (await reasons()).some((code) => code.startsWith('NODE_')))
    expect((await get('/health')).status).to.equal(200)
    proxy.decide(() => 'pass')
    await theatre.local.provider.send('hardhat_setBalance', [account(OPERATOR).address, '0x21e19e0c9bab2400000'])
    await until('it is ready again', async () => (await reasons()).length === 0, 45_000)
  })

  it('do not keep a process that is asked to end', async () => {
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).to.equal(0)
  })
})
