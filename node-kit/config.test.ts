import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { encryptKeystoreJsonSync, Wallet } from 'ethers'
import { parseAddress, parseAmount, parseChoice, parseHttpUrl, parseRpcUrl, parseWhole, showUrl } from './config.ts'
import { parseDeployment, readDeployment, writeDeployment } from './deployment-file.ts'
import { readWallet } from './wallet.ts'

const folder = mkdtempSync(join(tmpdir(), 'opine-config-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function failure(work: () => unknown): { code: string; message: string } {
  try {
    work()
  } catch (error) {
    expect(error).to.be.instanceOf(OpineError)
    return error as OpineError
  }
  throw new Error('it did not fail')
}

describe('values of settings', () => {
  it('are refused with what is accepted', () => {
    expect(parseRpcUrl('wss://b')).to.equal('wss://b')
    expect(() => parseRpcUrl('http://a')).to.throw('"http://a" is no WebSocket address; write ws://HOST:PORT or wss://HOST')
    expect(() => parseHttpUrl('ftp://a')).to.throw('is no address of the web')
    const poll = parseWhole(100, 60_000)
    for (const bad of ['99', '60001', '-1', '1e3', ' 200', '']) expect(() => poll(bad)).to.throw('100 to 60000')
    expect(poll('100')).to.equal(100)
    expect(() => parseChoice('json', 'text')('xml')).to.throw('json, text')
    expect(() => parseAddress('0x12')).to.throw('no address')
    expect(() => parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aA4'), 'checksum').to.throw('no address')
  })

  it('are shown without the secrets in addresses', () => {
    expect(showUrl('ws://127.0.0.1:8545')).to.equal('ws://127.0.0.1:8545')
    expect(showUrl('wss://me:pass@node.example/v3/0123456789abcdef0123?key=1')).to.equal('wss://***@node.example/v3/***?***')
    expect(() => parseRpcUrl('https://me:pass@node.example/?key=1')).to.throw('"https://***@node.example?***" is no WebSocket address')
  })

  it('reads amounts exactly', () => {
    expect(parseAmount('0.5')).to.equal(5n * 10n ** 17n)
    expect(parseAmount('1 ether')).to.equal(10n ** 18n)
    expect(parseAmount('20gwei')).to.equal(20n * 10n ** 9n)
    expect(parseAmount('1000wei')).to.equal(1000n)
    for (const bad of ['', '1e18', '-1', '0.5wei', '1 eth', '0x10', '.5', '1.'])
      expect(() => parseAmount(bad), bad).to.throw('is no amount')
  })
})

describe('keys', () => {
  const { privateKey, address } = new Wallet(`0x${'17'.repeat(32)}`)
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  it('come from the environment, a plain file or an encrypted keystore', () => {
    const keystore = file('keystore', encryptKeystoreJsonSync({ address, privateKey }, 'secret', { scrypt: { N: 2, r: 1, p: 1 } }))
    expect(readWallet(undefined, { OPINE_KEY: privateKey.slice(2) }).address).to.equal(address)
    expect(readWallet(file('plain', `${privateKey}\n`), { OPINE_KEY: 'ignored' }).address).to.equal(address)
    expect(readWallet(keystore, { OPINE_KEY_PASSWORD: 'secret' }).address).to.equal(address)
    expect(failure(() => readWallet(keystore, {})).code).to.equal('KEY_PASSWORD')
    expect(failure(() => readWallet(keystore, { OPINE_KEY_PASSWORD: 'wrong' })).code).to.equal('KEY_PASSWORD')
  })

  it('are never repeated in an error', () => {
    const cases = [
      [() => readWallet(undefined, {}), 'KEY_MISSING'],
      [() => readWallet(undefined, { OPINE_KEY: `${privateKey}99` }), 'KEY_MALFORMED'],
      [() => readWallet(undefined, { OPINE_KEY: '00'.repeat(32) }), 'KEY_MALFORMED'],
      [() => readWallet(file('broken', `{"crypto":"${privateKey}"}`), { OPINE_KEY_PASSWORD: 'x' }), 'KEY_MALFORMED'],
      [() => readWallet(join(folder, 'absent'), {}), 'KEY_UNREADABLE'],
    ] as const
    for (const [read, code] of cases) {
      const error = failure(read)
      expect(error.code).to.equal(code)
      expect(error.message).not.to.include('1717')
    }
  })
})

describe('deployment file', () => {
  const address = `0x${'11'.repeat(20)}`
  const deployment = {
    chainId: 31337,
    block: 3,
    models: address,
    operators: address,
    oracle: address,
    game: address,
    claims: address,
    verifier: address,
    validator: address,
    governance: address,
    parameters: address,
    attestations: address,
  }

  it('is read as it was written', () => {
    const path = join(folder, 'deployment.json')
    writeDeployment(path, deployment)
    expect(readDeployment(path)).to.deep.equal(deployment)
  })

  it('is refused by its field', () => {
    expect(failure(() => readDeployment(join(folder, 'none.json'))).code).to.equal('DEPLOYMENT_UNREADABLE')
    const bad: [unknown, string][] = [
      [{ ...deployment, game: '0x12' }, '"game" must be an address'],
      [{ ...deployment, chainId: '1' }, '"chainId" must be a whole number'],
      [{ ...deployment, block: -1 }, '"block"'],
      [null, '"models"'],
      [[], '"models"'],
    ]
    for (const [value, text] of bad) expect(failure(() => parseDeployment(JSON.stringify(value), 'f')).message).to.include(text)
    expect(failure(() => parseDeployment('{', 'f'))).to.include({ code: 'DEPLOYMENT_MALFORMED' })
  })
})
