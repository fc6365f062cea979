import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { createLog, errorFields } from './log.ts'

describe('log', () => {
  it('writes one JSON object a line, whatever the values', () => {
    const lines: string[] = []
    const log = createLog({ format: 'json', service: 'node', write: (line) => lines.push(line) })
    log.info('move', { kind: 'reveal', gasUsed: 12n, root: Uint8Array.of(1, 255), text: 'two\nlines' })
    log.debug('hidden')
    expect(lines).to.have.length(1)
    expect(lines[0]!.indexOf('\n')).to.equal(lines[0]!.length - 1)
    const { time, ...rest } = JSON.parse(lines[0]!)
    expect(rest).to.deep.equal({
      level: 'info',
      service: 'node',
      event: 'move',
      kind: 'reveal',
      gasUsed: '12',
      root: '0x01ff',
      text: 'two\nlines',
    })
    expect(Date.parse(time)).to.be.a('number')
  })

  it('writes for people', () => {
    const lines: string[] = []
    createLog({ format: 'text', service: 'node', write: (line) => lines.push(line) }).warn('seen', {
      id: `0x${'ab'.repeat(32)}`,
      n: 1n,
      list: [1],
    })
    expect(lines[0]).to.match(/^\d\d:\d\d:\d\d WARN {2}\[node\] seen id=0xabababab… n=1 list=\[1\]\n$/)
  })

  it('keeps what strangers wrote within one line of bounded length', () => {
    const lines: string[] = []
    const write = (line: string): number => lines.push(line)
    const reason = 'no\n12:00:00 INFO  [node] gameWon\u001b[2J\u2028end'
    createLog({ format: 'text', service: 'node', write }).warn('taskFailed', { reason, list: [reason] })
    expect(lines[0]!.match(/[\p{Cc}\p{Zl}\p{Zp}]/gu)).to.deep.equal(['\n'])
    expect(lines[0]).to.include('reason=no\\n12:00:00 INFO  [node] gameWon\\u001b[2J\\u2028end list=')
    for (const format of ['text', 'json'] as const)
      createLog({ format, service: 'node', write }).warn('taskFailed', { reason: 'x'.repeat(10_000_000) })
    for (const line of lines) expect(line.length).to.be.below(10_000)
    expect(JSON.parse(lines[2]!).reason).to.match(/^x+… \(10000000\)$/)
  })

  it('says code, message and details of an expected error', () => {
    expect(errorFields(new OpineError('CODE', 'what', { where: 1 }))).to.deep.equal({ code: 'CODE', message: 'what', where: 1 })
    expect(errorFields(new TypeError('odd'))).to.include({ code: 'UNEXPECTED', message: 'odd' })
  })
})
