import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { signerOfHello } from '@opine/node-kit/trace-hello.ts'
import { encodeMessage, parseQuestion, type Question } from '@opine/node-kit/trace-messages.ts'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { type WebSocket, WebSocketServer } from 'ws'
import { Peer } from './peer.ts'

const WORD = `0x${'ab'.repeat(32)}` as const
const ASSERTER = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const deployment = { chainId: 31_337, game: `0x${'22'.repeat(20)}` }
const signer = Wallet.createRandom()
const errand = { game: WORD, account: ASSERTER, signer, deployment }
const WELCOME = encodeMessage({ kind: 'welcome', nonce: WORD, operator: ASSERTER })

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listen(server: Server): Promise<string> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that says `welcome`, and then what the script says to each message. */
async function serve(script: (socket: WebSocket, question: Question) => void, welcome = WELCOME): Promise<string> {
  const http = createServer()
  const sockets = new WebSocketServer({ server: http })
  http.on('close', () => {
    for (const socket of sockets.clients) socket.terminate()
  })
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => script(socket, parseQuestion(String(data))))
    if (welcome) socket.send(welcome)
  })
  return listen(http)
}

const say = (socket: WebSocket, id: number, answer: object): void => socket.send(JSON.stringify({ v: 1, id, ...answer }))

/** Connects and asks for the nodes below a root. @returns the code of the failure, and how long it took */
async function outcome(url: string, milliseconds = 300): Promise<{ code: string; message: string; took: number }> {
  const begun = performance.now()
  const signal = AbortSignal.timeout(milliseconds)
  try {
    const peer = await Peer.connect({ url, reach: 'machine', signal }, errand)
    const nodes = await peer.served(WORD).traceNodes(1)
    peer.close()
    return { code: 'none', message: `${nodes?.length} nodes`, took: performance.now() - begun }
  } catch (error) {
    expect(error).to.be.instanceOf(OpineError)
    const { code, message } = error as OpineError
    expect(message.length).to.be.below(900)
    return { code, message, took: performance.now() - begun }
  }
}

describe('a trace server', () => {
  it('is told whose game it is, by a signature for it alone', async () => {
    const signers: (string | undefined)[] = []
    const url = await serve((socket, question) => {
      if (question.kind !== 'hello') return say(socket, question.id, { kind: 'nodes', nodes: [WORD, WORD] })
      for (const operator of [ASSERTER, signer.address]) {
        signers.push(signerOfHello(deployment, { game: WORD, operator, nonce: WORD }, question.signature))
      }
      say(socket, question.id, { kind: 'ready' })
    })
    expect(await outcome(url)).to.include({ code: 'none', message: '2 nodes' })
    expect(signers[0]).to.equal(signer.address)
    expect(signers[1], 'another operator, who passes it on').to.not.equal(signer.address)
  })

  it('that is busy, or has not seen the game, is asked again', async () => {
    let asked = 0
    const url = await serve((socket, { id, kind }) => {
      asked++
      if (asked === 1) say(socket, id, { kind: 'refused', code: 'GAME_UNKNOWN', message: '' })
      else if (asked === 2) say(socket, id, { kind: 'refused', code: 'BUSY', message: '' })
      else say(socket, id, kind === 'hello' ? { kind: 'ready' } : { kind: 'nodes', nodes: [] })
    })
    expect((await outcome(url, 3_000)).code).to.equal('none')
    expect(asked).to.equal(4)
    const never = await serve((socket, { id }) => say(socket, id, { kind: 'refused', code: 'BUSY', message: '' }))
    expect((await outcome(never)).code).to.equal('PEER_LATE')
  })

  it('that refuses is quoted, without what a terminal would take for commands', async () => {
    const url = await serve((socket, { id }) => say(socket, id, { kind: 'refused', code: 'NO', message: '\u001b[2J' }))
    const { code, message } = await outcome(url)
    expect(code).to.equal('PEER_REFUSED')
    expect(message).to.not.include('\u001b')
  })

  const HOSTILE: readonly (readonly [what: string, code: string, script: Parameters<typeof serve>[0], welcome?: string])[] = [
    ['says nothing', 'PEER_LATE', () => {}, ''],
    ['answers nothing', 'PEER_LATE', () => {}],
    ['says garbage', 'PEER_MISBEHAVED', (socket) => socket.send('}{')],
    ['welcomes with garbage', 'PEER_MISBEHAVED', () => {}, '[[[['],
    ['serves for another', 'PEER_MISBEHAVED', () => {}, encodeMessage({ kind: 'welcome', nonce: WORD, operator: `0x${'01'.repeat(20)}` })],
    ['sends bytes', 'PEER_MISBEHAVED', (socket) => socket.send(new Uint8Array(3))],
    ['sends too much', 'PEER_FAILED', (socket) => socket.send('x'.repeat(1 << 20))],
    ['welcomes with too much', 'PEER_FAILED', () => {}, 'x'.repeat(1 << 20)],
    ['hangs up', 'PEER_FAILED', (socket) => socket.close()],
    ['answers another question', 'PEER_MISBEHAVED', (socket, { id }) => say(socket, id + 1, { kind: 'ready' })],
    ['answers something else', 'PEER_MISBEHAVED', (socket, { id }) => say(socket, id, { kind: 'nodes', nodes: [] })],
    ['pings without end', 'PEER_MISBEHAVED', (socket) => socket.on('pong', () => socket.ping()).ping()],
    [
      'never ends',
      'PEER_MISBEHAVED',
      (socket, { id }) => {
        for (let i = 0; i < 1000; i++) say(socket, id, { kind: 'ready' })
      },
    ],
  ]
  for (const [what, code, script, welcome] of HOSTILE) {
    it(`that ${what} is given up in time`, async () => {
      const { code: found, took } = await outcome(await serve(script, welcome))
      expect(found).to.equal(code)
      expect(took).to.be.below(2_000)
    })
  }

  it('that is none is given up in time', async () => {
    const hanging = await listen(createServer(() => {}).on('upgrade', () => {}))
    expect(await outcome(hanging)).to.include({ code: 'PEER_LATE' })
    const redirecting = createServer().on('upgrade', (_, socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n'))
    expect(await outcome(await listen(redirecting))).to.include({ code: 'PEER_FAILED' })
    expect(await outcome('ws://127.0.0.1:1')).to.include({ code: 'PEER_FAILED' })
  })

  it('that somebody announced in a private network is not connected to', async () => {
    let connected = 0
    const url = await serve(() => {})
    servers[0]!.on('connection', () => connected++)
    for (const address of [url, url.replace('127.0.0.1', 'localhost')]) {
      const failure = await Peer.connect({ url: address, reach: 'internet', signal: AbortSignal.timeout(2_000) }, errand).catch(
        (error) => error,
      )
      expect(failure).to.have.property('code', 'PEER_FORBIDDEN')
    }
    expect(connected).to.equal(0)
  })
})
