import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { devAccount } from '@opine/cli/chain/dev-accounts.ts'
import { startChainProcess } from '@opine/cli/demo/stage.ts'
import { expect } from 'chai'
import { JsonRpcProvider } from 'ethers'
import { startAnvil } from '../support/anvil.ts'

const ROOT = join(import.meta.dirname, '../..')
const ROLES = ['DEPLOYER', 'AUTHOR', 'OPERATOR', 'CHALLENGER', 'CONSUMER'] as const

/** README's blocks as they stand there, in one shell. */
const script = (): string => {
  const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```sh test\n(.*?)```/gs)].map(([, block]) => block)
  return ['set -eu', ...blocks].join('\n')
}

type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs the blocks against a node, whose clock runs fast meanwhile. */
async function follow(url: string): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'opine-readme-'))
  symlinkSync(join(ROOT, 'models'), join(folder, 'models'))
  const keys = Object.fromEntries(ROLES.map((role, index) => [role, devAccount(index).privateKey]))
  // What README says that `opine` stands for, without the set-up.
  writeFileSync(join(folder, 'opine'), `#!/bin/sh\nexec ${process.execPath} ${join(ROOT, 'cli/main.ts')} "$@"\n`, { mode: 0o755 })
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, ...keys, OPINE_RPC: url, OPINE_DEPLOYMENT: 'deployment.json' }
  const child = spawn('bash', ['-c', script()], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const provider = new JsonRpcProvider(url.replace('ws', 'http'), 31337, { staticNetwork: true, batchMaxCount: 1 })
  let code: number | null | undefined
  const closed = new Promise<void>((resolve) => {
    child.once('close', (status) => {
      code = status
      resolve()
    })
  })
  const end = Date.now() + 90_000
  while (code === undefined && Date.now() < end) {
    await provider.send('evm_increaseTime', [10])
    await provider.send('evm_mine', [])
    await sleep(250)
  }
  if (code === undefined) process.kill(-child.pid!, 'SIGKILL')
  await closed
  provider.destroy()
  rmSync(folder, { recursive: true, force: true })
  return { code: code ?? null, stdout, stderr }
}

function check({ code, stdout, stderr }: Outcome): void {
  expect(code, `${stdout}\n${stderr}`).to.equal(0)
  expect(stdout).to.match(/status {4}open/)
  expect(stdout).to.match(/block \d+ {2}asked by 0x/)
  expect(stdout).to.match(/block \d+ {2}settled with the answer of 0x/)
  expect(stdout).to.match(/status {4}settled/)
  expect(stdout).to.match(/answer {4}final, /)
  expect(stdout).to.match(/^probabilities {2}\S/m)
  expect(stdout).to.match(/unbonding {2}1 ETH/)
}

describe('README, from nothing to an answered request, word by word', () => {
  it('has the commands', () => {
    for (const part of ['opine deploy', 'model register', 'operator stake', 'oracle-node run', 'challenger run', 'opine request']) {
      expect(script()).to.contain(part)
    }
  })

  it('on the embedded chain', async () => {
    const chain = await startChainProcess()
    try {
      check(await follow(chain.ws))
    } finally {
      await chain.daemon.stop()
    }
  })

  it('on anvil', async () => {
    const anvil = await startAnvil()
    try {
      check(await follow(anvil.url))
    } finally {
      await anvil.stop()
    }
  })
})
