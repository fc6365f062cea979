import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import type { Contract } from '../contracts.ts'
import { SETTINGS } from '../daemon-settings.ts'
import { createLog } from '../log.ts'
import { DOWNLOAD_TERMS, type DownloadTerms } from './download-terms.ts'
import type { LoadFile } from './fetch-model.ts'
import { ModelStore } from './model-store.ts'
import { requestFile } from './request.ts'
import { Sink } from './sink.ts'
import { parseModelSource } from './source.ts'
import { TestServer } from './test-server.ts'

/** A model of these tests: text that begins with `model`, whose lines `@NAME` name other files. Its root is the hash of all of it. */
const load: LoadFile<{ root: string; text: string }> = (name, bytes, beside) => {
  const text = Buffer.from(bytes).toString('latin1')
  if (!text.startsWith('model')) throw new OpineError('NOT_ONNX', `${name}: no model`)
  const all = text.replace(/^@(.*)$/gm, (_, location: string) => Buffer.from(beside(location)).toString('latin1'))
  return { text: all, root: rootOf(all) }
}
const rootOf = (text: string): string => `0x${createHash('sha256').update(text, 'latin1').digest('hex')}`
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const nobody = { address: '0x', read: () => Promise.reject(new Error('the registry is not to be asked')) } as unknown as Contract
/** A registry that knows one version. */
const registry = (root: string, uri: string): Contract =>
  ({ ...nobody, read: async () => [{ programRoot: root, uri, retired: false }] }) as unknown as Contract

const MODEL = `model ${'0123456789'.repeat(40_000)}`
const BYTES = Buffer.from(MODEL)
const QUICK: DownloadTerms = { ...DOWNLOAD_TERMS, pauseMs: 1, attempts: 3, headersMs: 300, windowMs: 200, leastBytes: 1000 }

describe('model store', () => {
  let server: TestServer
  let folder: string
  before(async () => {
    server = await TestServer.start()
  })
  after(() => server.close())
  beforeEach(() => {
    if (folder) rmSync(folder, { recursive: true, force: true })
    folder = mkdtempSync(join(tmpdir(), 'opine-models-'))
    server.asked.length = 0
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const lines: { event: string; code?: string }[] = []
  const get = (text: string, models = nobody, more: { limit?: number; signal?: AbortSignal; privateUris?: boolean } = {}) => {
    const log = createLog({ format: 'json', service: 'test', write: (line) => lines.push(JSON.parse(line)) })
    const { signal } = new AbortController()
    const store = new ModelStore({ folder, gateways: [], limit: 1_000_000, privateUris: true, log, signal, terms: QUICK, ...more })
    return store.load(parseModelSource(text), load, models)
  }
  it('says nothing of what signs an address', async () => {
    const secret = 'sig=0a1b2c3d'
    lines.length = 0
    for (const query of [secret, `${secret}&other`]) server.file(`/signed?${query}`, BYTES)
    server.file(`/page?${secret}&other`, Buffer.from('<html>'))
    await get(`${server.url}/signed?${secret}`)
    await get(`${server.url}/signed?${secret}`)
    const errors: unknown[] = []
    for (const path of ['page', 'absent', 'signed']) {
      const work = get(`${server.url}/${path}?${secret}&other`, nobody, { limit: 1000 })
      errors.push(
        await work.then(
          () => 'none',
          ({ message, details }: OpineError) => ({ message, details }),
        ),
      )
    }
    const text = JSON.stringify([lines, errors])
    expect(text).to.include('modelKept').and.to.include('MODEL_TOO_LARGE').and.to.include('MODEL_HTML').and.to.include('MODEL_HTTP')
    expect(text).to.include('/signed?***')
    expect(text).not.to.include(secret)
    const { show } = SETTINGS.model
    expect(show(`https://models.example/digits.onnx?${secret}`)).to.equal('https://models.example/digits.onnx?***')
  })

  const refused = async (work: Promise<unknown>, code: string, text: string): Promise<void> => {
    const error = await work.then(
      () => new Error('it was not refused'),
      (reason: unknown) => reason as OpineError,
    )
    expect(error.message).to.include(text)
    expect((error as OpineError).code, error.message).to.equal(code)
    expect(readdirSync(folder), 'nothing half-written stays').to.deep.equal([])
  }

  it('keeps what it fetched by the hash of its bytes, and needs no network again', async () => {
    const url = server.file('/digits.onnx', BYTES)
    expect((await get(url)).text).to.equal(MODEL)
    expect(readdirSync(folder).sort()).to.deep.equal([sha256(BYTES), 'index.json'].sort())
    expect(readFileSync(join(folder, sha256(BYTES)), 'utf8')).to.equal(MODEL)
    server.on('/digits.onnx', (_, response) => response.writeHead(500).end())
    expect((await get(url)).text).to.equal(MODEL)
    expect(server.asked).to.have.length(1)
  })

  it('fetches again what was damaged since, and what the index forgot', async () => {
    const url = server.file('/a', BYTES)
    await get(url)
    writeFileSync(join(folder, sha256(BYTES)), 'model, but another')
    lines.length = 0
    expect((await get(url)).text).to.equal(MODEL)
    expect(lines.map(({ event, code }) => `${event} ${code}`)).to.deep.equal(['modelDamaged MODEL_DAMAGED', 'modelFetched undefined'])
    writeFileSync(join(folder, 'index.json'), '{"half":')
    expect((await get(url)).text).to.equal(MODEL)
    expect(server.asked).to.have.length(3)
  })

  it('verifies a registered program, and asks the registry once', async () => {
    const url = server.file('/good', BYTES)
    const id = `0x${'ab'.repeat(32)}`
    await refused(get(id, registry(rootOf('another'), url)), 'MODEL_WRONG', `${rootOf('another')} is registered`)
    await get(id, registry(rootOf(MODEL), url))
    expect((await get(id, nobody)).root, 'from the folder').to.equal(rootOf(MODEL))
    await refused(
      get(`0x${'cd'.repeat(32)}`, registry(rootOf(MODEL), '/etc/passwd')).finally(() => rmSync(folder, { recursive: true }) ?? restore()),
      'MODEL_URI',
      'it is no http(s)',
    )
  })
  it('does not ask around in its own network because the registry says so, nor where that redirects to', async () => {
    const own = { privateUris: false }
    const url = server.file('/inside', BYTES)
    const id = `0x${'ab'.repeat(32)}`
    for (const uri of [
      url,
      url.replace('127.0.0.1', 'localhost'),
      'http://[::ffff:127.0.0.1]/a',
      'http://0x7f000001/a',
      'http://169.254.169.254/a',
    ])
      await refused(get(id, registry(rootOf(MODEL), uri), own), 'MODEL_PRIVATE', 'is in a private network and is not asked')
    expect(server.asked).to.deep.equal([])
    expect((await get(url, nobody, own)).text, 'what the operator names is asked').to.equal(MODEL)
    const moved = server.on('/moved', (_, response) => response.writeHead(302, { location: '/inside' }).end())
    const asked = server.asked.length
    const guard = async (address: string): Promise<void> => {
      if (address === url) throw new OpineError('MODEL_PRIVATE', 'not there')
    }
    const error = await requestFile(moved, {}, 5, new AbortController().signal, guard).catch((reason: unknown) => reason)
    expect((error as OpineError).code).to.equal('MODEL_PRIVATE')
    expect(server.asked.slice(asked).map(({ path }) => path)).to.deep.equal(['/moved'])
  })

  const restore = (): void => {
    folder = mkdtempSync(join(tmpdir(), 'opine-models-'))
  }

  it('goes on after a broken connection where it was, or from the beginning', async () => {
    const breaking = (tag: string | undefined): string => {
      let times = 0
      return server.on(`/breaks-${tag === undefined ? 'plain' : 'tagged'}`, (request, response) => {
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
        const headers = { 'content-length': BYTES.length - from, ...(tag ? { etag: tag } : {}) }
        response.writeHead(from ? 206 : 200, {
          ...headers,
          ...(from ? { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` } : {}),
        })
        times += 1
        if (times === 3) response.end(BYTES.subarray(from))
        else response.write(BYTES.subarray(from, from + 150_000), () => setTimeout(() => response.destroy(), 200))
      })
    }
    expect((await get(breaking('"v1"'))).text).to.equal(MODEL)
    expect(server.asked.map(({ range }) => range !== undefined)).to.deep.equal([false, true, true])
    server.asked.length = 0
    expect((await get(breaking(undefined))).text).to.equal(MODEL)
    expect(server.asked.map(({ range }) => range)).to.deep.equal([undefined, undefined, undefined])
  })

  it('starts over when the file changed meanwhile', async () => {
    let times = 0
    const url = server.on('/changes', (_, response) => {
      response.writeHead(200, { 'content-length': BYTES.length, etag: `"${times}"` })
      if (times++ > 0) response.end(BYTES)
      else response.write(Buffer.alloc(90_000, 'x'), () => setTimeout(() => response.destroy(), 200))
    })
    expect((await get(url)).text).to.equal(MODEL)
  })

  it('fetches the files that a model names, relative to its own address', async () => {
    const url = server.file('/nets/big.onnx', Buffer.from('model\n@tensors/a b.bin\n@c.bin\n'))
    server.file('/nets/tensors/a%20b.bin', Buffer.from('AB'))
    server.file('/nets/c.bin', Buffer.from('C'))
    expect((await get(url)).text).to.equal('model\nAB\nC\n')
    expect(readdirSync(folder)).to.have.length(4)
    await server.close()
    try {
      expect((await get(url)).text, 'without the server').to.equal('model\nAB\nC\n')
    } finally {
      server = await TestServer.start()
    }
  })

  it('refuses each thing that may go wrong, and keeps nothing of it', async () => {
    const { url } = server
    const cut = server.on('/cut', (_, response) => {
      response.writeHead(200, { 'content-length': BYTES.length })
      response.write(BYTES.subarray(0, 1000), () => setTimeout(() => response.destroy(), 5))
    })
    await refused(get(`${url}/absent`), 'MODEL_HTTP', '/absent answers with status 404; check the address')
    await refused(get(server.on('/busy', (_, response) => response.writeHead(503).end())), 'MODEL_HTTP', 'status 503; try later')
    expect(
      server.asked.filter(({ path }) => path === '/busy'),
      'it was tried again',
    ).to.have.length(3)
    await refused(get(cut), 'MODEL_CUT', 'of 400006 bytes; try again or another place')
    await refused(get('http://127.0.0.1:9/a'), 'MODEL_UNREACHABLE', 'http://127.0.0.1:9/a does not answer')
    await refused(get(server.file('/page', Buffer.from('hello'), { 'content-type': 'text/html; charset=utf-8' })), 'MODEL_HTML', 'web page')
    await refused(get(server.file('/sly', Buffer.from('\n<!DOCTYPE html><p>'))), 'MODEL_HTML', 'web page')
    await refused(get(server.file('/noise', Buffer.from('noise'))), 'NOT_ONNX', '/noise: no model')
    await refused(get(server.file('/huge', BYTES), nobody, { limit: 1000 }), 'MODEL_TOO_LARGE', 'has 400006 bytes; 1000 are allowed')
    const endless = server.on('/endless', (_, response) => void response.writeHead(200).end(BYTES))
    await refused(get(endless, nobody, { limit: 1000 }), 'MODEL_TOO_LARGE', 'has more bytes')
    const away = server.on('/away', (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    await refused(get(away), 'MODEL_REDIRECT', '"file:///etc/passwd", which is no address')
    const round = server.on('/round', (_, response) => response.writeHead(302, { location: '/round' }).end())
    await refused(get(round), 'MODEL_REDIRECT', 'more than 5 times')
  })

  it('does not wait for who does not answer, or drips', async () => {
    const silent = server.on('/silent', () => {})
    await refused(get(silent), 'MODEL_SLOW', 'no answer for 0.3 s')
    const drips = server.on('/drips', (_, response) => {
      response.writeHead(200, { 'content-length': BYTES.length })
      const timer = setInterval(() => response.write('m'), 20)
      response.once('close', () => clearInterval(timer))
    })
    await refused(get(drips), 'MODEL_SLOW', 'bytes in 0.2 s')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    await refused(get(drips, nobody, { signal: controller.signal }), 'STOPPED', 'stopped while')
  })

  it('says that the disk is full before it begins, and when it is', async () => {
    const sink = await Sink.open('/dev/full', 'w')
    const reserve = await sink.reserve(2 ** 60).catch((error: unknown) => error)
    expect((reserve as OpineError).code).to.equal('MODEL_DISK')
    const append = await sink.append(BYTES).catch((error: unknown) => error)
    expect((append as OpineError).code).to.equal('MODEL_DISK')
    expect((append as OpineError).message).to.equal('no room for /dev/full (ENOSPC); free some, or choose another folder with --data')
    expect(sink.size).to.equal(0)
    await sink.finish().catch(() => {})
    const huge = server.on('/vast', (_, response) => void response.writeHead(200, { 'content-length': 2 ** 49 }).write('model'))
    await refused(get(huge, nobody, { limit: 2 ** 51 }), 'MODEL_DISK', `${2 ** 49} bytes are needed`)
  })

  it('reads a local file in place, with the files beside it', async () => {
    const path = join(folder, 'local.onnx')
    writeFileSync(path, 'model\n@w.bin\n')
    writeFileSync(join(folder, 'w.bin'), 'W')
    expect((await get(path)).text).to.equal('model\nW\n')
    expect(readdirSync(folder).sort()).to.deep.equal(['local.onnx', 'w.bin'])
    const error = (await get(join(folder, 'absent')).catch((reason: unknown) => reason)) as OpineError
    expect(error.code).to.equal('FILE_UNREADABLE')
  })
})
