import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { isPublic } from '@opine/node-kit/public-address.ts'
import { expect } from 'chai'
import { checkPeerUrl, lookupWithin, type Reach } from './peer-address.ts'

const PUBLIC = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '223.255.255.255', '2606:4700::1111', '::ffff:8.8.8.8']
const PRIVATE = [
  ...[
    '127.0.0.1',
    '127.255.255.255',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
  ],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.2.1'],
  ...['::1', '::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe'],
  ...['::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::1', 'localhost', '', '1.2.3'],
]

const REACHES: readonly Reach[] = ['internet', 'machine', 'anywhere']

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return error instanceof OpineError ? error.code : String(error)
  }
}

describe('an address that somebody announced', () => {
  it('is public, or it is not followed', () => {
    for (const address of PUBLIC) expect(isPublic(address), address).to.equal(true)
    for (const address of PRIVATE) expect(isPublic(address), address).to.equal(false)
  })

  it('is a plain WebSocket address', () => {
    for (const url of ['ws://1.1.1.1', 'wss://operator.example:8443/traces?x=1', 'ws://[2606:4700::1111]:1']) {
      expect(codeOf(() => checkPeerUrl(url, 'internet'))).to.equal('none')
    }
    for (const url of ['', 'x', 'http://1.1.1.1', 'file:///etc/passwd', 'ws://me:secret@1.1.1.1', 'ws://1.1.1.1/#x', 'ws://']) {
      for (const reach of REACHES)
        expect(
          codeOf(() => checkPeerUrl(url, reach)),
          url,
        ).to.equal('PEER_FORBIDDEN')
    }
  })

  it('does not lead into a private network, however it is written, unless the user named it', () => {
    const codes = (host: string) => REACHES.map((reach) => codeOf(() => checkPeerUrl(`ws://${host}`, reach)))
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]']) {
      expect(codes(host), host).to.deep.equal(['PEER_FORBIDDEN', 'none', 'none'])
    }
    for (const host of ['169.254.169.254', '10.0.0.1:22', '0.0.0.0', '[::]', '[fe80::1]', '[::ffff:10.0.0.1]']) {
      expect(codes(host), host).to.deep.equal(['PEER_FORBIDDEN', 'PEER_FORBIDDEN', 'none'])
    }
  })

  it('is looked up once, and what is found there counts', async () => {
    const find = promisify(lookupWithin('internet')) as unknown as (host: string, options: object) => Promise<unknown>
    for (const options of [{}, { all: true }, { family: 4 }]) {
      const error = await find('localhost', options).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(OpineError).with.property('code', 'PEER_FORBIDDEN')
    }
    expect(await find('8.8.8.8', {})).to.equal('8.8.8.8')
    expect(await find('8.8.8.8', { all: true })).to.deep.equal([{ address: '8.8.8.8', family: 4 }])
  })
})
