import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { devAccount } from '@opine/cli/chain/dev-accounts.ts'
import { readDeployment } from '@opine/node-kit/deployment-file.ts'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { opine } from '../support/opine.ts'

describe('opine deploy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-deploy-'))
  let anvil: Anvil
  let url: string
  before(async () => {
    anvil = await startAnvil()
    url = `http://127.0.0.1:${anvil.port}`
  })
  after(async () => {
    await anvil.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const key = (index: number) => ({ OPINE_KEY: devAccount(index).privateKey })
  const deploy = (name: string, args: readonly string[], env: Readonly<Record<string, string>>, rpc = url) =>
    opine(['deploy', '--rpc', rpc, '--out', join(folder, name), ...args], env)

  it('says what it may cost before it begins, and is right', async () => {
    const { code, stdout, stderr } = await deploy('first.json', ['--json'], key(0), anvil.url)
    expect(code, stderr).to.equal(0)
    const { gas } = JSON.parse(stdout) as { gas: number }
    const bound = Number(/at most ([\d,]+) gas/.exec(stderr)![1]!.replaceAll(',', ''))
    expect(bound).to.be.within(gas, 1.5 * gas)
    expect(stderr.match(/ of 13 {2}/g)).to.have.length(13)
    expect(existsSync(join(folder, 'first.json.partial'))).to.equal(false)
    const { block, oracle } = readDeployment(join(folder, 'first.json'))
    expect(await anvil.provider.getCode(oracle, block)).to.equal('0x')
    expect(await anvil.provider.getCode(oracle)).to.not.equal('0x')
  })

  it('goes on where it was cut off', async () => {
    const out = join(folder, 'cut.json')
    const child = spawn(process.execPath, ['cli/main.ts', 'deploy', '--rpc', url, '--out', out], { env: { ...process.env, ...key(1) } })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes(' 4 of 13')) child.kill('SIGKILL')
    })
    await new Promise((resolve) => child.once('close', resolve))
    expect(existsSync(out)).to.equal(false)
    const other = await deploy('cut.json', ['--clock', '7200'], key(1))
    expect(other.stderr).to.match(/^error DEPLOYMENT_OTHER: /m)
    const { code, stderr } = await deploy('cut.json', [], key(1))
    expect(code, stderr).to.equal(0)
    expect(stderr.match(/was there/g)!.length).to.be.at.least(4)
    const addresses = Object.values(readDeployment(out)).filter((value) => typeof value === 'string')
    for (const address of addresses) expect(await anvil.provider.getCode(address)).to.not.equal('0x')
    const staked = await opine(['operator', 'stake', '--amount', '1', '--rpc', url, '--deployment', out, '--json'], key(1))
    expect(JSON.parse(staked.stdout).total).to.equal(String(10n ** 18n))
  })

  it('says that it cannot go on when the account did something else meanwhile', async () => {
    const { provider } = anvil
    const { address } = devAccount(2)
    const out = join(folder, 'slipped.json')
    const first = await provider.getTransactionCount(address)
    const child = spawn(process.execPath, ['cli/main.ts', 'deploy', '--rpc', url, '--out', out], { env: { ...process.env, ...key(2) } })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes(' 2 of 13')) child.kill('SIGKILL')
    })
    await new Promise((resolve) => child.once('close', resolve))
    expect(await provider.getTransactionCount(address)).to.be.greaterThan(first)
    await (await (await provider.getSigner(2)).sendTransaction({ to: address })).wait()
    const { stderr } = await deploy('slipped.json', [], key(2))
    expect(stderr).to.match(/^error DEPLOYMENT_SLIPPED: /m)
  })

  it('refuses an account that cannot pay before it sends anything', async () => {
    const { stderr } = await deploy('terms.json.out', [], { OPINE_KEY: Wallet.createRandom().privateKey })
    expect(stderr).to.match(/^error LOW_FUNDS: .*fund it/m)
  })

  it('takes its terms from a file, and flags before it, where another account could not pay', async () => {
    expect(existsSync(join(folder, 'terms.json.out.partial'))).to.equal(true)
    const terms = join(folder, 'terms.json')
    writeFileSync(terms, JSON.stringify({ clock: 7_200, minBond: '0.3' }))
    const { code, stderr } = await deploy('terms.json.out', ['--terms', terms, '--clock', '5400'], key(3))
    expect(code, stderr).to.equal(0)
    writeFileSync(terms, JSON.stringify({ clok: 7_200 }))
    expect((await deploy('x.json', ['--terms', terms], key(3))).stderr).to.match(/^error TERMS_FILE: .*"clok"/)
    writeFileSync(terms, JSON.stringify({ minBond: 'much' }))
    expect((await deploy('x.json', ['--terms', terms], key(3))).stderr).to.match(/^error TERMS_FILE: .*"minBond"/)
    expect(readFileSync(join(folder, 'terms.json.out'), 'utf8')).to.contain('"oracle"')
  })

  it('refuses gas that is dearer than its cap before it sends anything', async () => {
    await anvil.provider.send('anvil_setNextBlockBaseFeePerGas', ['0x2540be400'])
    await anvil.provider.send('evm_mine', [])
    const { address } = devAccount(4)
    const { stderr } = await deploy('dear.json', ['--max-fee', '2'], key(4))
    expect(stderr).to.match(/^error FEE_CAP: .*raise --max-fee/m)
    expect(await anvil.provider.getTransactionCount(address)).to.equal(0)
  })

  for (const [what, options] of [
    ['lacks opcodes that a step needs', { hardfork: 'prague' }],
    ['takes no contracts of that size', { codeLimit: 20_000 }],
  ] as const) {
    it(`refuses a chain that ${what}, with one line, before it sends anything`, async () => {
      const other = await startAnvil(options)
      try {
        const { code, stderr } = await deploy('other.json', [], key(0), other.url)
        expect(code).to.equal(1)
        expect(stderr).to.match(/^error CHAIN_UNSUITED: [^\n]+\n$/)
        expect(await other.provider.getTransactionCount(devAccount(0).address)).to.equal(0)
      } finally {
        await other.stop()
      }
    })
  }
})
