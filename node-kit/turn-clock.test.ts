import { describe, it } from 'node:test'
import { expect } from 'chai'
import { clockOf, turnClock } from './turn-clock.ts'

describe('a turn’s clock', () => {
  it('is that of whoever is in turn; the other’s begins at the latest block', () => {
    const clock = { turn: 'ASSERTER', since: 1_000, asserter: 600, challenger: 90 } as const
    expect(turnClock(clock)).to.deep.equal({ deadline: 1_600, whole: 600 })
    expect(clockOf('ASSERTER', clock, 1_500)).to.deep.equal({ deadline: 1_600, whole: 600 })
    // A proof that is sent in the asserter's turn may have to be mined in the challenger's.
    expect(clockOf('CHALLENGER', clock, 1_500)).to.deep.equal({ deadline: 1_590, whole: 90 })
  })
})
