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
import { sampleFile, sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const CONSUMER = 1
const LIAR = 3
const CHALLENGER = 4
const CHILD = fileURLToPath(new URL('../support/daemon-child.ts', import.meta.url))

describe('daemons that are killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-kill-'))
  let theatre: Theatre
  const children = new Set<ChildProcess>()
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    await theatre.stake(LIAR, 10n * ETHER)
    writeDeployment(join(folder, 'deployment.json'), theatre.deployment)
    writeFileSync(join(folder, 'model.opine'), sampleFile())
  })
  after(async () => {
    for (const child of children) await kill(child)
    await theatre.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function start(name: 'oracle-node' | 'challenger', who: number, ...more: string[]): ChildProcess {
    const files = ['--deployment', join(folder, 'deployment.json'), '--model', join(folder, 'model.opine'), '--data', join(folder, name)]
    const flags = ['--rpc', theatre.local.url, ...files, '--log', 'json', '--poll', '50', ...more]
    const env = { ...process.env, OPINE_KEY: accountKey(who) }
    const child = spawn(process.execPath, ['--no-warnings', CHILD, name, ...flags], { env, stdio: ['ignore', 'inherit', 'pipe'] })
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }

  async function kill(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    child.kill(signal)
    await once(child, 'exit')
    return child.exitCode
  }

  /** Transactions of an account that were mined. */
  const sent = (who: number): Promise<number> => theatre.local.provider.getTransactionCount(account(who).address)

  it('act once and win, though both sides are killed at every transaction', async () => {
    const [liarBefore, challengerBefore] = [await sent(LIAR), await sent(CHALLENGER)]
    const requestId = await theatre.ask(CONSUMER, sampleImage(3))
    const fallen = async (): Promise<boolean> => (await theatre.assertions(requestId))[0]?.status === 'DEFEATED'
    const killing = async (who: number, run: () => ChildProcess): Promise<number> => {
      let kills = 0
      while (!(await fallen())) {
        const child = run()
        const before = await sent(who)
        await until('it did something', async () => (await sent(who)) > before || (await fallen()), 60_000)
        await kill(child)
        kills += 1
      }
      return kills
    }
    const kills = await Promise.all([
      killing(LIAR, () => start('oracle-node', LIAR, '--lie', '3:4:downstream:0x800000')),
      killing(CHALLENGER, () => start('challenger', CHALLENGER)),
    ])
    expect(kills[1]).to.be.greaterThan(3)
    expect((await sent(LIAR)) - liarBefore, 'assert, reveal, swear, reveal, swear').to.equal(5)
    expect((await sent(CHALLENGER)) - challengerBefore, 'prepare, open, descend, pick, descend, step').to.equal(6)
    expect((await theatre.assertions(requestId)).length).to.equal(1)
  })

  it('end by themselves when they are asked to, and say in one line why they cannot begin', async () => {
    const child = start('challenger', CHALLENGER)
    let text = ''
    child.stderr!.on('data', (data) => {
      text += String(data)
    })
    await until('it runs', () => text.includes('"event":"started"'))
    expect(await kill(child, 'SIGTERM')).to.equal(0)
    expect(JSON.parse(text.trim().split('\n').at(-1)!).event).to.equal('stopped')

    const refused = start('oracle-node', LIAR, '--rpc', 'ws://127.0.0.1:1')
    let said = ''
    refused.stderr!.on('data', (data) => {
      said += String(data)
    })
    const [code] = await once(refused, 'close')
    expect(code).to.equal(1)
    // Besides what it logs, which is its configuration.
    const lines = said.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
    expect(lines).to.have.length(1)
    expect(lines[0]).to.match(/^error NODE_UNREACHABLE: no node answers at ws:\/\/127.0.0.1:1/)
  })
})
