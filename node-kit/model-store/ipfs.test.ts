import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { type Cid, formatCid, parseCid } from './cid.ts'
import { DOWNLOAD_TERMS, type Taker } from './download-terms.ts'
import { placesOf } from './place.ts'
import { parseModelSource } from './source.ts'
import { type Blocks, putFile, putNode, putRaw } from './test-dag.ts'
import { TestServer } from './test-server.ts'
import { readNode } from './unixfs.ts'

const BYTES = Buffer.from('0123456789'.repeat(5000))

/** Takes bytes in memory. */
function taker(): Taker & { bytes: () => Buffer } {
  const chunks: Uint8Array[] = []
  return {
    get size() {
      return Buffer.concat(chunks).length
    },
    reserve: async () => {},
    append: async (chunk) => void chunks.push(chunk),
    restart: async () => void chunks.splice(0),
    bytes: () => Buffer.concat(chunks),
  }
}

describe('files of IPFS', () => {
  let gateway: TestServer
  let liar: TestServer
  const blocks: Blocks = new Map()
  before(async () => {
    gateway = await TestServer.start()
    liar = await TestServer.start()
  })
  after(() => Promise.all([gateway.close(), liar.close()]))
  const publish = (): void => {
    for (const [cid, block] of blocks) gateway.file(`/ipfs/${cid}?format=raw`, block)
    for (const [cid, block] of blocks) liar.file(`/ipfs/${cid}?format=raw`, Buffer.concat([block.subarray(0, -1), Buffer.from('!')]))
  }
  const fetched = async (address: string, from = gateway, limit = 100_000): Promise<Buffer> => {
    publish()
    const sink = taker()
    const [place] = placesOf(parseModelSource(address), [from.url])
    await place!.fetch(sink, { limit, terms: DOWNLOAD_TERMS, signal: new AbortController().signal, tell: () => {} })
    return sink.bytes()
  }
  const refused = async (address: string, code: string, text: string, from = gateway, limit = 100_000): Promise<void> => {
    const error = (await fetched(address, from, limit).catch((reason: unknown) => reason)) as OpineError
    expect(error).to.be.instanceOf(OpineError)
    expect(error.message).to.include(text)
    expect(error.code).to.equal(code)
  }
  const file = (): Cid => putFile(blocks, BYTES, 4096)

  it('are put together from blocks, each of which is verified', async () => {
    expect((await fetched(`ipfs://${formatCid(file())}`)).equals(BYTES)).to.equal(true)
    expect((await fetched(`ipfs://${formatCid(putRaw(blocks, BYTES))}`)).equals(BYTES)).to.equal(true)
    const deep = putNode(blocks, 2, [
      ['', file()],
      ['', putRaw(blocks, Buffer.from('end'))],
    ])
    expect((await fetched(`ipfs://${formatCid(deep)}`)).equals(Buffer.concat([BYTES, Buffer.from('end')]))).to.equal(true)
  })

  it('are found in folders, with those beside them', async () => {
    const inner = putNode(blocks, 1, [
      ['weights.bin', putRaw(blocks, Buffer.from('W'))],
      ['model.onnx', file()],
    ])
    const root = formatCid(putNode(blocks, 1, [['nets', inner]]))
    expect((await fetched(`ipfs://${root}/nets/model.onnx`)).equals(BYTES)).to.equal(true)
    const [place] = placesOf(parseModelSource(`ipfs://${root}/nets/model.onnx`), [gateway.url])
    expect(place!.beside('./weights.bin').name).to.equal(`ipfs://${root}/nets/weights.bin by ${gateway.url}`)
    await refused(`ipfs://${root}/nets`, 'MODEL_IPFS', 'is a folder; name the file in it')
    await refused(`ipfs://${root}/nets/other.onnx`, 'MODEL_IPFS', 'has no "other.onnx"')
    await refused(`ipfs://${root}/nets/model.onnx/x`, 'MODEL_IPFS', 'has no "x"')
    const sharded = formatCid(putNode(blocks, 5, []))
    await refused(`ipfs://${sharded}/a`, 'MODEL_IPFS', 'sharded')
    expect(() => placesOf(parseModelSource(`ipfs://${root}`), ['http://g'])[0]!.beside('w')).to.throw("give the folder's id")
  })

  it('of a lying gateway, or one with another block, are refused', async () => {
    await refused(`ipfs://${formatCid(file())}`, 'MODEL_WRONG', 'is not the block that its id names', liar)
    const folder = putNode(blocks, 1, [['model', putRaw(blocks, BYTES)]])
    await refused(`ipfs://${formatCid(folder)}/model`, 'MODEL_WRONG', 'errs or lies', liar)
  })

  it('are bounded in bytes, depth and shape', async () => {
    await refused(`ipfs://${formatCid(file())}`, 'MODEL_TOO_LARGE', '10000 bytes, which are allowed', gateway, 10_000)
    let tower = file()
    for (let depth = 0; depth < 20; depth++) tower = putNode(blocks, 2, [['', tower]])
    await refused(`ipfs://${formatCid(tower)}`, 'MODEL_IPFS', 'too deep')
    const digest = new Uint8Array(createHash('sha256').update('junk').digest())
    blocks.set(formatCid({ codec: 0x70, digest }), Buffer.from('junk'))
    await refused(`ipfs://${formatCid({ codec: 0x70, digest })}`, 'MODEL_IPFS', 'is no folder and no file')
    await refused(`ipfs://${formatCid({ codec: 0x55, digest: new Uint8Array(32) })}`, 'MODEL_HTTP', 'status 404')
  })

  it('have nodes that are read whatever the bytes are', () => {
    const [block] = [...blocks.values()].filter((each) => readNode(each) !== null)
    let state = 7
    for (let round = 0; round < 3000; round++) {
      const damaged = Uint8Array.from(block!)
      for (let change = 0; change < 3; change++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        damaged[state % damaged.length] = state >>> 24
      }
      readNode(damaged.subarray(0, (state % damaged.length) + 1))
    }
  })
})

describe('content ids', () => {
  it('are read as the specification gives them', () => {
    // The empty file: SHA-256 of nothing, codec raw.
    const empty = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
    expect(Buffer.from(parseCid(empty)!.digest).toString('hex')).to.equal(createHash('sha256').update('').digest('hex'))
    expect(parseCid(empty)!.codec).to.equal(0x55)
    expect(formatCid(parseCid(empty)!)).to.equal(empty)
    // The empty folder, in both versions.
    const folder = parseCid('QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn')!
    expect(formatCid(folder)).to.equal('bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354')
    for (const bad of ['', 'Qm', empty.slice(0, -1), `${empty}a`, empty.toUpperCase(), 'Qm'.padEnd(46, 'z')])
      expect(parseCid(bad), bad).to.equal(null)
  })
})

describe('sources of models', () => {
  it('are told apart, and refused with what is accepted', () => {
    const id = `0x${'AB'.repeat(32)}`
    expect(parseModelSource('models/a.onnx')).to.deep.equal({ kind: 'file', text: 'models/a.onnx' })
    expect(parseModelSource(id)).to.deep.equal({ kind: 'registered', text: id.toLowerCase() })
    expect(parseModelSource('https://a/b.onnx').kind).to.equal('url')
    const refusals: [string, string][] = [
      ['', 'it is empty'],
      ['ftp://a/b', 'cannot be fetched by ftp://'],
      ['file:///a', 'cannot be fetched by file://'],
      ['0x1234', 'has 4 digits; the id of a version or the root of a program has 64'],
      ['https://', 'is no address'],
      ['https://me:secret@a/b', 'take no user and password'],
      ['ipfs://abc', 'is no content id'],
      ['ipfs://QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn/../x', 'must name a file plainly'],
      ['ipfs://QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn/a?b', 'must name a file plainly'],
    ]
    for (const [text, reason] of refusals) expect(() => parseModelSource(text), text).to.throw(reason)
  })
})
