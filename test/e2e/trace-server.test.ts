import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { gameIdOf } from '@opine/node-kit/ids.ts'
import type { ServingLimits } from '@opine/oracle-node/serving.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { account, until } from '../support/local-chain.ts'
import { freePort } from '../support/middleman.ts'
import { sampleModel } from '../support/sample-model.ts'
import { type Actor, Theatre } from '../support/theatre.ts'
import { TraceClient } from '../support/trace-client.ts'

const [CONSUMER, HONEST, OTHER, SHAM, STRANGER] = [1, 2, 3, 4, 5] as const
const WORD = `0x${'ab'.repeat(32)}` as const

describe('a trace server', () => {
  let theatre: Theatre
  let operator: Actor | undefined
  let url: string
  let own: Hex
  let undisputed: Hex
  let strange: Hex
  let gameId: Hex
  let strangeGame: Hex

  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, OTHER]) await theatre.stake(who, 20n * ETHER)
    const other = await theatre.oracleNode(OTHER)
    strange = await asserted(await theatre.ask(CONSUMER, sampleImage(1)))
    await other.stop()
    await serve({})
    own = await asserted(await theatre.ask(CONSUMER, sampleImage(2)))
    undisputed = await asserted(await theatre.ask(CONSUMER, sampleImage(3)))
    gameId = await challenge(own)
    strangeGame = await challenge(strange)
    await until('the game was seen', () => operator!.said('gameSeen').length === 1)
  })
  after(() => theatre.close())

  /** The operator anew, with these limits. */
  async function serve(limits: Partial<ServingLimits>): Promise<void> {
    await operator?.stop()
    const port = await freePort()
    operator = await theatre.oracleNode(HONEST, { serve: { host: '127.0.0.1', port, limits, patience: 0 } })
    url = `ws://127.0.0.1:${port}`
    await until('it serves', reachable)
  }

  const reachable = (): Promise<boolean> =>
    TraceClient.open(url).then(
      (client) => client.close() === undefined,
      () => false,
    )

  async function asserted(requestId: Hex): Promise<Hex> {
    await until('it was answered', async () => (await theatre.assertions(requestId)).length === 1)
    return (await theatre.assertions(requestId))[0]!.id
  }

  async function challenge(assertionId: Hex): Promise<Hex> {
    await theatre.prepare(SHAM, assertionId)
    const { game } = theatre.contracts
    const [bond] = (await game.read('challengerBond', assertionId)) as unknown as [bigint]
    await theatre.transact(SHAM, game.encode('open', assertionId, WORD), 2n * bond)
    return gameIdOf(assertionId, account(SHAM).address, WORD)
  }

  it('hands out a disputed trace’s salted leaves to anybody, and no other’s', async () => {
    const client = await TraceClient.open(url)
    expect(client.welcome.operator).to.equal(account(HONEST).address)
    expect(await client.outcome({ kind: 'traceNodes', assertion: own, position: 1 })).to.equal('nodes')
    for (const assertion of [undisputed, strange, WORD]) {
      expect(await client.outcome({ kind: 'traceNodes', assertion, position: 1 })).to.equal('TRACE_UNKNOWN')
    }
    for (const position of [0, 2 ** 30, 2 ** 53 - 1]) {
      expect(await client.outcome({ kind: 'traceNodes', assertion: own, position })).to.equal('OFF_THE_PATH')
    }
    client.close()
  })

  it('hands out what lies below to the challenger of a game alone, and only of that game', async () => {
    const client = await TraceClient.open(url)
    const below = [
      { kind: 'interior', kernel: 3 },
      { kind: 'tensorNodes', kernel: 3, position: 1 },
      { kind: 'totals', kernel: 3, element: 0 },
    ] as const
    for (const question of below) expect(await client.outcome(question)).to.equal('HELLO_NEEDED')
    const { deployment } = theatre
    expect(await client.hello(account(STRANGER), gameId, deployment)).to.equal('GAME_UNKNOWN')
    expect(await client.hello(account(SHAM), strangeGame, deployment)).to.equal('GAME_UNKNOWN')
    expect(await client.hello(account(SHAM), WORD, deployment)).to.equal('GAME_UNKNOWN')
    expect(await client.hello(account(SHAM), gameId, deployment, account(OTHER).address), 'for another server').to.equal('GAME_UNKNOWN')
    expect(await client.hello(account(SHAM), gameId, { ...deployment, chainId: 5 }), 'on another chain').to.equal('GAME_UNKNOWN')
    expect(await client.outcome({ kind: 'hello', game: gameId, signature: '0x1234' })).to.equal('HELLO_UNSIGNED')
    for (const question of below) expect(await client.outcome(question)).to.equal('HELLO_NEEDED')
    expect(await client.hello(account(SHAM), gameId, deployment)).to.equal('ready')
    expect(await client.hello(account(SHAM), gameId, deployment)).to.equal('HELLO_TWICE')
    client.close()
  })

  it('says what it cannot read, and goes on', async () => {
    const client = await TraceClient.open(url)
    const refusal = new Promise((resolve) => client.socket.once('message', (data) => resolve(JSON.parse(String(data)))))
    client.socket.send('{"v":1,"kind":"gimme"}')
    expect(await refusal).to.include({ id: 0, kind: 'refused', code: 'MESSAGE_INVALID' })
    expect(await client.outcome({ kind: 'traceNodes', assertion: own, position: 1 })).to.equal('nodes')
    client.close()
  })

  it('drops who sends too much, or no text', async () => {
    for (const data of ['x'.repeat(5_000), new Uint8Array(4)]) {
      const client = await TraceClient.open(url)
      client.socket.send(data)
      expect(await client.closed).to.be.oneOf([1006, 1009])
    }
  })

  it('takes so many connections of one address, and more when they are gone', async () => {
    await serve({ perAddress: 2 })
    const clients = [await TraceClient.open(url), await TraceClient.open(url)]
    const refused = await TraceClient.open(url).catch((error: Error) => error)
    expect(refused).to.be.instanceOf(Error).with.property('message').that.includes('503')
    clients[0]!.close()
    await until('there is room again', reachable)
    clients[1]!.close()
  })

  it('takes so many connections in all, those that say nothing too', async () => {
    await serve({ connections: 2 })
    const port = Number(new URL(url).port)
    const silent = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    await until('they are there', async () => !(await reachable()))
    await until('they were given up', reachable, 10_000)
    for (const socket of silent) socket.destroy()
  })

  it('drops who asks too often, does not wait, or is idle; another one goes on', async () => {
    await serve({ perSecond: 3, waiting: 4, idle: 400 })
    const hasty = await TraceClient.open(url)
    for (let i = 0; i < 7; i++) void hasty.ask({ kind: 'interior', kernel: 1 })
    expect(await hasty.closed).to.equal(1006)
    const idle = await TraceClient.open(url)
    const good = await TraceClient.open(url)
    let dropped = false
    void idle.closed.then(() => {
      dropped = true
    })
    for (let i = 0; !dropped && i < 20; i++) {
      expect(await good.outcome({ kind: 'traceNodes', assertion: own, position: 1 })).to.be.oneOf(['nodes', 'BUSY'])
      await new Promise((resolve) => setTimeout(resolve, 340))
    }
    expect(dropped).to.equal(true)
    good.close()
  })

  it('answers so many questions in all', async () => {
    await serve({ allPerSecond: 2 })
    const clients = [await TraceClient.open(url), await TraceClient.open(url)]
    const outcomes: string[] = []
    for (let i = 0; i < 6; i++) outcomes.push(await clients[i % 2]!.outcome({ kind: 'traceNodes', assertion: own, position: 1 }))
    expect(outcomes.slice(0, 4)).to.deep.equal(Array(4).fill('nodes'))
    expect(outcomes).to.include('BUSY')
    for (const client of clients) client.close()
  })

  it('verifies so many signatures in all, and none about a game that it does not know', async () => {
    await serve({ hellosPerSecond: 1 })
    const client = await TraceClient.open(url)
    const { deployment } = theatre
    for (let i = 0; i < 6; i++) expect(await client.hello(account(STRANGER), WORD, deployment)).to.equal('GAME_UNKNOWN')
    const outcomes: string[] = []
    for (let i = 0; i < 4; i++) outcomes.push(await client.hello(account(STRANGER), gameId, deployment))
    expect(outcomes.slice(0, 2)).to.deep.equal(['GAME_UNKNOWN', 'GAME_UNKNOWN'])
    expect(outcomes).to.include('BUSY')
    client.close()
  })

  it('drops who pings without end', async () => {
    const client = await TraceClient.open(url)
    let pongs = 0
    client.socket.on('pong', () => {
      if (++pongs < 1000) client.socket.ping()
    })
    client.socket.ping()
    expect(await client.closed).to.equal(1006)
    expect(pongs).to.be.below(200)
  })

  it('drops who does not read, and keeps no more than a bounded part of its answers', async () => {
    const many = 1_000_000
    await serve({ perSecond: many, allPerSecond: many, waiting: many })
    const client = await TraceClient.open(url)
    client.socket.pause()
    for (let i = 0; i < 60_000 && client.socket.readyState === client.socket.OPEN; i++) {
      void client.ask({ kind: 'traceNodes', assertion: own, position: 1 })
      if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await until(
      'it was dropped',
      () => operator!.said('traceClientDropped').some(({ reason }) => reason === 'it does not read its answers'),
      20_000,
    )
    client.close()
  })

  it('says what is wrong with the address at which it should serve', async () => {
    const { port } = new URL(url)
    const second = await theatre.oracleNode(STRANGER, { serve: { host: '127.0.0.1', port: Number(port) } })
    const failure = await second.ended.catch((error) => error)
    expect(failure).to.have.property('code', 'SERVE_FAILED')
  })
})
