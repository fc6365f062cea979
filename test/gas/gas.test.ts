import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { expect } from 'chai'
import { differences, figures } from './compare.ts'
import { measure } from './measure.ts'
import { MOST_ROUNDS, page } from './page.ts'
import type { Measurement } from './rows.ts'

const ROOT = join(import.meta.dirname, '../..')
const RENEW = 'if the change is meant, renew both by: npm run gas -- --write'
const snapshot = JSON.parse(readFileSync(join(import.meta.dirname, 'snapshot.json'), 'utf8')) as Measurement

describe('gas', () => {
  let measured: Measurement
  before(async () => {
    measured = await measure()
  })

  it('is what the snapshot says, within 3 %', () => {
    expect(differences(measured, snapshot), RENEW).to.deep.equal([])
  })

  it('is on the page as in the snapshot', () => {
    expect(readFileSync(join(ROOT, 'docs/GAS.md'), 'utf8'), RENEW).to.equal(page(snapshot))
  })

  it('is least for the levels chosen, of those that need few rounds; where it is nearly equal, rounds decide', () => {
    const few = measured.games.levels.filter(({ rounds }) => rounds <= MOST_ROUNDS)
    const least = Math.min(...few.map(({ both }) => both))
    const best = few.filter(({ both }) => both <= least * 1.03).toSorted((a, b) => a.rounds - b.rounds || a.both - b.both)[0]
    expect(best?.levels).to.equal(measured.games.chosen)
  })

  it('has a target that is met or not, and says which', () => {
    const text = page(measured)
    for (const { name, gas, target } of measured.sections.flatMap(({ rows }) => rows)) {
      if (target === undefined) continue
      expect(text.split('\n').find((line) => line.includes(name))).to.contain(gas <= target ? ': met' : ': not met')
    }
  })
})

describe('the comparison with the snapshot', () => {
  const changed = (of: (gas: number) => number): Measurement => ({
    ...snapshot,
    sections: snapshot.sections.map((section, i) =>
      i > 0 ? section : { ...section, rows: section.rows.map((row, j) => (j > 0 ? row : { ...row, gas: of(row.gas) })) },
    ),
  })
  const name = [...figures(snapshot).keys()][0]!

  it('lets 3 % pass and tells of more, in both directions', () => {
    expect(differences(snapshot, snapshot)).to.deep.equal([])
    for (const factor of [1.029, 0.971])
      expect(
        differences(
          changed((gas) => gas * factor),
          snapshot,
        ),
      ).to.deep.equal([])
    expect(
      differences(
        changed((gas) => gas * 1.031),
        snapshot,
      ).join(),
    )
      .to.match(/is worse than/)
      .and.to.contain(name)
    expect(
      differences(
        changed((gas) => gas * 0.969),
        snapshot,
      ).join(),
    )
      .to.match(/is better than/)
      .and.to.contain(name)
  })

  it('tells of what one of the two lacks', () => {
    const fewer = { ...snapshot, sections: snapshot.sections.slice(1) }
    const { rows } = snapshot.sections[0]!
    expect(differences(fewer, snapshot)).to.have.length(rows.length)
    expect(differences(snapshot, fewer)).to.have.length(rows.length)
  })
})
