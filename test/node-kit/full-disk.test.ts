import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { createLog } from '@opine/node-kit/log.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { withStore } from '@opine/node-kit/store-life.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { account, accountKey, until } from '../support/local-chain.ts'
import { sampleFile, sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const CONSUMER = 1
const OPERATOR = 2
const CHILD = fileURLToPath(new URL('../support/daemon-child.ts', import.meta.url))

/** Lets a process write no file beyond so many bytes: what follows fails as it does on a full disk. */
const limit = (pid: number, bytes: number | 'unlimited'): void =>
  void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])

describe('a full disk', { skip: process.platform !== 'linux' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-full-'))
  let theatre: Theatre
  const children = new Set<ChildProcess>()
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    await theatre.stake(OPERATOR, 10n * ETHER)
    writeDeployment(join(folder, 'deployment.json'), theatre.deployment)
    writeFileSync(join(folder, 'model.opine'), sampleFile())
  })
  after(async () => {
    limit(process.pid, 'unlimited')
    for (const child of children) child.kill('SIGKILL')
    await theatre.close()
    rmSync(folder, { recursive: true, force: true })
  })

  type Life = { readonly child: ChildProcess; readonly said: (event: string) => number }
  function start(): Life {
    const files = ['--deployment', join(folder, 'deployment.json'), '--model', join(folder, 'model.opine'), '--data', join(folder, 'data')]
    const flags = ['--rpc', theatre.local.url, ...files, '--log', 'json', '--poll', '50']
    const env = { ...process.env, OPINE_KEY: accountKey(OPERATOR) }
    const child = spawn(process.execPath, ['--no-warnings', CHILD, 'oracle-node', ...flags], { env, stdio: ['ignore', 'inherit', 'pipe'] })
    children.add(child)
    let text = ''
    child.stderr!.setEncoding('utf8').on('data', (more: string) => {
      text += more
    })
    return { child, said: (event) => text.split(`"event":"${event}"`).length - 1 }
  }
  const sent = (): Promise<number> => theatre.local.provider.getTransactionCount(account(OPERATOR).address)

  it('halts a daemon, which says so, sends nothing, goes on by itself, and acts once', async () => {
    const { child, said } = start()
    await until('it runs', () => said('started') === 1)
    const before = await sent()
    limit(child.pid!, 1000)
    const requestId = await theatre.ask(CONSUMER, sampleImage(3))
    await until('it says so', () => said('storeUnwritable') === 1)
    await theatre.local.mine(3)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(await sent(), 'nothing is sent that is not recorded').to.equal(before)
    expect(child.exitCode).to.equal(null)
    expect(said('storeUnwritable'), 'said once').to.equal(1)
    limit(child.pid!, 'unlimited')
    await until('it goes on', () => said('storeWritable') === 1)
    await until('it answers', async () => (await theatre.assertions(requestId)).length === 1)
    // The disk is full again, just as another request comes; and then the process is killed, and another takes over.
    limit(child.pid!, 1000)
    const second = await theatre.ask(CONSUMER, sampleImage(4))
    await until('it says so again', () => said('storeUnwritable') === 2)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const next = start()
    await until('the other answers', async () => (await theatre.assertions(second)).length === 1)
    await until('it knows', () => next.said('move') > 0)
    expect((await sent()) - before, 'one answer each').to.equal(2)
    expect((await theatre.assertions(requestId)).length).to.equal(1)
  })

  it('ends a process whose disk stays full, by a typed error', async () => {
    const lines: string[] = []
    const log = createLog({ format: 'json', service: 'test', write: (line) => lines.push(JSON.parse(line).event) })
    const signal = new AbortController().signal
    const run = async (store: Store): Promise<void> => {
      limit(process.pid, 1000)
      for (let index = 0; ; index++) store.put('record', String(index), 'x'.repeat(10_000))
    }
    const path = join(folder, 'impatient.sqlite')
    const error = await withStore({ path, patience: 200, retry: 20 }, { log, signal }, run).catch((cause: unknown) => cause)
    limit(process.pid, 'unlimited')
    expect(error).to.be.instanceOf(OpineError)
    expect((error as OpineError).code).to.equal('STORE_UNWRITABLE')
    expect(lines).to.deep.equal(['storeUnwritable'])
    await withStore({ path }, { log, signal }, async (store) => {
      expect(store.get('record', '0'), 'the record that was not written').to.equal(undefined)
    })
  })
})
