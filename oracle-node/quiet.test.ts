import { describe, it } from 'node:test'
import type { RequestState } from '@opine/node-kit/reads.ts'
import type { Standing } from '@opine/node-kit/settle.ts'
import type { Head } from '@opine/node-kit/sync.ts'
import { expect } from 'chai'
import { quietUntil } from './quiet.ts'

const REQUEST = { deadline: 5000, liveness: 600, optimistic: false, delivered: false } as RequestState
const standing = (assertedAt: number, more: Partial<Standing> = {}): Standing =>
  ({ assertedAt, openGames: 0, status: 'STANDING', ...more }) as Standing
const at = (timestamp: number): Head => ({ number: 1, timestamp, hash: '0x', baseFee: 0n })

describe('a request in which there is nothing to do', () => {
  it('may rest until the first liveness or the deadline is over, whichever comes first', () => {
    expect(quietUntil(REQUEST, [], at(1000))).to.equal(5000)
    expect(quietUntil(REQUEST, [standing(1000), standing(900)], at(1000))).to.equal(1500)
    expect(quietUntil(REQUEST, [standing(4900)], at(4950))).to.equal(5000)
    expect(quietUntil(REQUEST, [standing(1000)], at(1600)), 'the last second').to.equal(1600)
  })

  it('does not rest while anything is overdue or disputed, or a consumer waits to hear of a fall', () => {
    expect(quietUntil(REQUEST, [standing(1000)], at(1601))).to.equal(undefined)
    expect(quietUntil(REQUEST, [], at(5001))).to.equal(undefined)
    expect(quietUntil(REQUEST, [standing(1000, { openGames: 1 })], at(1000))).to.equal(undefined)
    const fallen = [standing(900, { status: 'DEFEATED' }), standing(1000)]
    expect(quietUntil({ ...REQUEST, optimistic: true }, fallen, at(1000))).to.equal(undefined)
    expect(quietUntil({ ...REQUEST, optimistic: true, delivered: true }, fallen, at(1000))).to.equal(1600)
    expect(quietUntil(REQUEST, fallen, at(1000))).to.equal(1600)
  })
})
