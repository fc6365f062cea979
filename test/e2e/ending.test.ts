import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { expect } from 'chai'
import { accountKey, until } from '../support/local-chain.ts'
import { sampleFile, sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const OPERATOR = 3
const CHALLENGER = 4
const CHILD = fileURLToPath(new URL('../support/daemon-child.ts', import.meta.url))

describe('daemons that end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-end-'))
  let theatre: Theatre
  const children = new Set<ChildProcess>()
  before(async () => {
    theatre = await Theatre.open(sampleModel())
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

  it('end by themselves when they are asked to, and say in one line why they cannot begin', async () => {
    const child = start('challenger', CHALLENGER)
    let text = ''
    child.stderr!.on('data', (data) => {
      text += String(data)
    })
    await until('it runs', () => text.includes('"event":"started"'))
    expect(await kill(child, 'SIGTERM')).to.equal(0)
    expect(JSON.parse(text.trim().split('\n').at(-1)!).event).to.equal('stopped')

    const refused = start('oracle-node', OPERATOR, '--rpc', 'ws://127.0.0.1:1')
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
