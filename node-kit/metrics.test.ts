import { describe, it } from 'node:test'
import { expect } from 'chai'
import { parseListen } from './listen.ts'
import { createLog } from './log.ts'
import { Metrics } from './metrics.ts'

const silent = createLog({ format: 'json', service: 'test', minimum: 'error', write: () => {} })
const id = (byte: string): string => `0x${byte.repeat(32)}`

/** The samples of a text exposition: name and labels to value. */
async function samples(metrics: Metrics): Promise<Map<string, number>> {
  const text = await metrics.registry.metrics()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

describe('metrics', () => {
  it('count what is logged, also below the log’s least level', async () => {
    const metrics = new Metrics('asserter')
    const log = metrics.watch(silent)
    log.info('requestSeen', { requestId: id('01') })
    log.info('requestDeclined', { requestId: id('01'), reason: 'fee' })
    log.info('requestDeclined', { requestId: id('02'), reason: 'fee' })
    log.info('move', { kind: 'assert', gasUsed: 150_000n, spent: 3n * 10n ** 14n })
    log.info('move', { kind: 'reveal', gasUsed: 80_000n, spent: 10n ** 14n })
    log.debug('taskFailedAgain', { code: 'MOVE_REFUSED' })
    log.debug('taskFailedAgain', { code: 'NOT_YET' })
    log.info('gameEnded', { gameId: id('03'), status: 'IN_PROGRESS', fallen: true })
    const found = await samples(metrics)
    expect(found.get('opine_requests_seen_total')).to.equal(1)
    expect(found.get('opine_requests_declined_total{reason="fee"}')).to.equal(2)
    expect(found.get('opine_requests_answered_total')).to.equal(1)
    expect(found.get('opine_gas_used_total{kind="assert"}')).to.equal(150_000)
    expect(found.get('opine_spent_wei_total{kind="reveal"}')).to.equal(1e14)
    expect(found.get('opine_errors_total{code="MOVE_REFUSED"}')).to.equal(1)
    expect(found.get('opine_errors_total{code="NOT_YET"}')).to.equal(undefined)
    expect(found.get('opine_games_total{role="asserter",status="CHALLENGER_WINS"}')).to.equal(1)
  })

  it('count a false assertion once, however often it is said, and take no id for a label', async () => {
    const metrics = new Metrics('challenger')
    const log = metrics.watch(silent)
    for (const byte of ['01', '01', '02']) log.warn('assertionFalse', { assertionId: id(byte) })
    log.info('requestDeclined', { reason: `a "word"\n${id('07')}` })
    const found = await samples(metrics)
    expect(found.get('opine_assertions_total{verdict="false"}')).to.equal(2)
    expect(found.get('opine_requests_declined_total{reason="other"}')).to.equal(1)
    expect([...found.keys()].filter((name) => name.includes('0x'))).to.deep.equal([])
  })

  it('are text of Prometheus: help, type, and a unit in each name', async () => {
    const metrics = new Metrics('asserter')
    metrics.gauge('head_block', 'Latest block', () => 7)
    metrics.gauge('absent', 'Nothing is known', () => undefined)
    metrics.gauges('balance_wei', 'Balances', 'account', () => [
      ['0', 5],
      ['1', 2e18],
    ])
    metrics.ran(0.25)
    const text = await metrics.registry.metrics()
    expect(metrics.registry.contentType).to.equal('text/plain; version=0.0.4; charset=utf-8')
    expect(text).to.include('# HELP opine_head_block Latest block\n# TYPE opine_head_block gauge\nopine_head_block 7\n')
    expect(text).to.include('opine_balance_wei{account="1"} 2000000000000000000\n')
    expect(text).to.include('opine_execution_seconds_sum 0.25\n')
    expect(text).to.include('opine_execution_seconds_count 1\n')
    expect(text).not.to.match(/^opine_absent /m)
    expect(text).to.match(/^# TYPE opine_execution_seconds histogram$/m)
  })

  it('are served where one says, on the loopback device if only a port is given', () => {
    expect(parseListen('9464')).to.deep.equal({ host: '127.0.0.1', port: 9464 })
    expect(parseListen('0.0.0.0:80')).to.deep.equal({ host: '0.0.0.0', port: 80 })
    expect(parseListen('[::1]:9464')).to.deep.equal({ host: '::1', port: 9464 })
    for (const text of ['', 'host', 'host:', ':1', 'a:65536', 'a b:1', '::1:9464'])
      expect(() => parseListen(text), text).to.throw('HOST:PORT')
  })
})
