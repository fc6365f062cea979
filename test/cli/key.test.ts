import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { readWallet } from '@opine/node-kit/wallet.ts'
import { expect } from 'chai'
import { accountKey } from '../support/local-chain.ts'
import { opine } from '../support/opine.ts'

const PASSWORD = { OPINE_KEY_PASSWORD: 'correct horse' }

describe('opine key', { concurrency: 2 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-key-'))
  const at = (name: string): string => join(folder, name)
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('new writes a key that its owner alone can read, and that the daemons open', async () => {
    const { code, stdout, stderr } = await opine(['key', 'new', '--out', at('new.json'), '--json'], PASSWORD)
    expect(code, stderr).to.equal(0)
    const { address } = JSON.parse(stdout) as { address: string }
    expect(statSync(at('new.json')).mode & 0o777).to.equal(0o600)
    expect(readWallet(at('new.json'), PASSWORD).address).to.equal(address)
    expect((JSON.parse(readFileSync(at('new.json'), 'utf8')) as { Crypto: { kdfparams: { n: number } } }).Crypto.kdfparams.n).to.equal(
      131_072,
    )
    expect((await opine(['key', 'show', at('new.json')])).stdout).to.equal(`${address}\n`)
    const content = readFileSync(at('new.json'), 'utf8')
    const again = await opine(['key', 'new', '--out', at('new.json')], PASSWORD)
    expect(again.stderr).to.match(/^error KEY_EXISTS: .*new\.json is there already/)
    expect(readFileSync(at('new.json'), 'utf8')).to.equal(content)
  })

  it('import encrypts a given key, and show --verify opens it', async () => {
    const key = accountKey(3)
    const made = await opine(['key', 'import', '--out', at('import.json')], { ...PASSWORD, OPINE_KEY: key })
    expect(made.code, made.stderr).to.equal(0)
    const { address } = readWallet(undefined, { OPINE_KEY: key })
    expect(made.stdout).to.include(address)
    expect(made.stdout + made.stderr + readFileSync(at('import.json'), 'utf8')).not.to.include(key.slice(2))
    expect(JSON.parse((await opine(['key', 'show', at('import.json'), '--verify', '--json'], PASSWORD)).stdout)).to.deep.equal({
      address,
      verified: true,
    })
    const wrong = await opine(['key', 'show', at('import.json'), '--verify'], { OPINE_KEY_PASSWORD: 'another horse' })
    expect(wrong.stderr).to.match(/^error KEY_PASSWORD: OPINE_KEY_PASSWORD does not open the keystore/)
  })

  it('refuses in one line, leaves no file, and repeats no secret', async () => {
    writeFileSync(at('junk.json'), '{"secret":1717}')
    const cases: [string[], Record<string, string>, string][] = [
      [['new', '--out', at('none.json')], {}, 'NO_TERMINAL'],
      [['new', '--out', at('none.json')], { OPINE_KEY_PASSWORD: '1717' }, 'KEY_PASSWORD'],
      [['import', '--out', at('none.json')], PASSWORD, 'NO_TERMINAL'],
      [['import', '--out', at('none.json')], { ...PASSWORD, OPINE_KEY: '1717' }, 'KEY_MALFORMED'],
      [['new', '--out', at('no/such/folder.json')], PASSWORD, 'KEY_UNWRITABLE'],
      [['new', '--out', at('none.json'), '--password', '1717'], {}, 'USAGE'],
      [['show', at('junk.json')], {}, 'KEY_MALFORMED'],
      [['show', at('absent.json')], {}, 'KEY_UNREADABLE'],
    ]
    await Promise.all(
      cases.map(async ([args, env, code]) => {
        const { stderr, stdout, code: exit } = await opine(['key', ...args], env)
        expect(stderr, args.join(' ')).to.match(new RegExp(`^error ${code}: [^\\n]+\\n$`))
        expect(stdout + stderr).not.to.include('1717')
        expect(exit).to.equal(1)
      }),
    )
    expect(existsSync(at('none.json'))).to.equal(false)
  })
})
