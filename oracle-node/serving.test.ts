import { describe, it } from 'node:test'
import { Oaths } from '@opine/node-kit/oaths.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { OathBook } from './oath-book.ts'
import { Patience } from './patience.ts'
import { Allowance, Duty, networkOf } from './serving.ts'

const ID = `0x${'11'.repeat(32)}` as const
const WHERE = { chainId: 1, game: `0x${'22'.repeat(20)}` }

/** A signer in another process, or with a price for each signature. */
class CountingWallet extends Wallet {
  signed = 0
  failures = 0

  override signTypedData(...content: Parameters<Wallet['signTypedData']>): Promise<string> {
    this.signed += 1
    if (this.signed <= this.failures) return Promise.reject(new Error('the signer is away'))
    return super.signTypedData(...content)
  }
}

describe('an allowance', () => {
  it('gives so much a second, and twice that at once', () => {
    let now = 1_000
    const allowance = new Allowance(5, () => now)
    const taken = (): number => {
      let count = 0
      while (allowance.take()) count++
      return count
    }
    expect(taken()).to.equal(10)
    now += 199
    expect(taken()).to.equal(0)
    now += 1
    expect(taken()).to.equal(1)
    now += 60_000
    expect(taken()).to.equal(10)
  })
})

describe('a duty', () => {
  it('takes its share of the time, whether its work succeeds or not', async () => {
    let now = 0
    const duty = new Duty(0.2, () => now)
    const work = (milliseconds: number) => () => {
      now += milliseconds
      return now
    }
    expect(await duty.run(work(10))).to.deep.equal({ result: 10 })
    now += 39
    expect(await duty.run(work(10))).to.equal(undefined)
    now += 1
    const failed = duty.run(async () => {
      now += 100
      throw new Error('no')
    })
    expect(await duty.run(work(1)), 'while it works').to.equal(undefined)
    expect(await failed.catch((error: Error) => error.message)).to.equal('no')
    now += 399
    expect(await duty.run(work(1))).to.equal(undefined)
    now += 1
    expect(await duty.run(work(1))).to.not.equal(undefined)
  })
})

describe('a connection', () => {
  it('counts for its IPv4 address, or its IPv6 network', () => {
    expect(networkOf('192.0.2.7')).to.equal('192.0.2.7')
    expect(networkOf('::ffff:192.0.2.7')).to.equal('192.0.2.7')
    expect(networkOf('2001:db8:1:2:3:4:5:6')).to.equal('2001:db8:1:2')
    expect(networkOf('2001:db8::6')).to.equal('2001:db8:0:0')
    expect(networkOf('::1')).to.equal('0:0:0:0')
    expect(networkOf('fe80::1%eth0')).to.equal('fe80:0:0:0')
    expect(networkOf(undefined)).to.equal('')
  })
})

describe('patience', () => {
  it('waits for who may come, longer for who came, and never for long of a short clock', async () => {
    const served = new Patience(() => true)
    expect(served.lasts(ID, 3600)).to.equal(true)
    expect(new Patience(() => true, 0).lasts(ID, 3600)).to.equal(false)
    const hasty = new Patience(() => true)
    expect(hasty.lasts(ID, 1)).to.equal(true)
    await new Promise((resolve) => setTimeout(resolve, 140))
    expect(hasty.lasts(ID, 1), 'an eighth of a second has passed').to.equal(false)
    expect(served.lasts(ID, 3600)).to.equal(true)
  })
})

describe('an oath book', () => {
  it('signs one content for each place, in however many lives', async () => {
    const store = Store.open(':memory:')
    const wallet = Wallet.createRandom()
    const open = () => new OathBook(new Oaths(wallet, WHERE), store)
    const roots = (fill: number) => [new Uint8Array(32).fill(fill), new Uint8Array(32)]
    const first = await open().interior(ID, 4, roots(1))
    expect(await open().interior(ID, 4, roots(1))).to.equal(first)
    const totals = await open().totals(ID, 4, 0, [1, 2])
    expect(totals).to.not.equal(first)
    const refused = async (oath: Promise<string>): Promise<string> => oath.then(String, (error) => error.code)
    expect(await refused(open().interior(ID, 4, roots(2)))).to.equal('OATH_CONTRADICTS')
    expect(await refused(open().interior(ID, 4, [...roots(1), ...roots(1)]))).to.equal('OATH_CONTRADICTS')
    expect(await refused(open().totals(ID, 4, 0, [1, 3]))).to.equal('OATH_CONTRADICTS')
    expect(await refused(open().totals(ID, 4, 0, [12]))).to.equal('OATH_CONTRADICTS')
    expect(await open().totals(ID, 4, 1, [1, 3])).to.match(/^0x/)
    expect(await open().interior(`0x${'33'.repeat(32)}`, 4, roots(2))).to.match(/^0x/)
  })

  it('signs the same oath once, however often it is asked for', async () => {
    const wallet = new CountingWallet(Wallet.createRandom().signingKey)
    const book = new OathBook(new Oaths(wallet, WHERE), Store.open(':memory:'))
    const oaths = await Promise.all(Array.from({ length: 5 }, () => book.totals(ID, 4, 0, [1, 2])))
    expect([new Set(oaths).size, wallet.signed]).to.deep.equal([1, 1])
    expect(await book.totals(ID, 4, 1, [1, 2])).to.not.equal(oaths[0])
    expect(wallet.signed).to.equal(2)
  })

  it('asks a signer again that failed', async () => {
    const wallet = new CountingWallet(Wallet.createRandom().signingKey)
    wallet.failures = 1
    const book = new OathBook(new Oaths(wallet, WHERE), Store.open(':memory:'))
    expect(await book.totals(ID, 4, 0, [1, 2]).catch((error: Error) => error.message)).to.equal('the signer is away')
    expect(await book.totals(ID, 4, 0, [1, 2])).to.match(/^0x/)
  })
})
