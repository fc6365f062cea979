import { describe, it } from 'node:test'
import { expect } from 'chai'
import { honestChallenger, honestOperator, type Wish } from './people.ts'
import { CHALLENGER, HONEST } from './plan.ts'
import { range, simulate, type Verdict } from './run.ts'
import { assertion } from './wants.ts'
import type { Deed, World } from './world.ts'

/** A few here; `npm run simulate` plays thousands. */
const SCHEDULES = Number(process.env.OPINE_SCHEDULES ?? 20)

const idle: Wish = async () => undefined

/** Asserts again whatever it asserted, with another trace. */
const forgetful: Wish = async (world: World, facts, random): Promise<Deed | undefined> => {
  const wish = await honestOperator(world, facts, random)
  if (wish) return wish
  const open = facts.requests.find(
    ({ id, status }) => status === 'OPEN' && facts.assertions.filter(({ request }) => request.id === id).length < 2,
  )
  return open && assertion(world, HONEST, open, world.lie(open.input, 'leaf:6'))
}

/** Opens games and plays on, but claims nothing. */
const modest: Wish = async (world, facts, random) => {
  const wish = await honestChallenger(CHALLENGER)(world, facts, random)
  return wish?.to === 'claims' ? undefined : wish
}

async function firstViolation(changed: { operator?: Wish; challenger?: Wish; janitor?: Wish }): Promise<string> {
  for await (const { violations } of simulate(range(0, 40), { changed })) if (violations.length > 0) return violations.join('\n')
  return 'none'
}

describe('random schedules of liars, delays, sham challenges and reorganisations', () => {
  it('violate no invariant', async (context) => {
    const verdicts: Verdict[] = []
    for await (const verdict of simulate(range(0, SCHEDULES))) {
      verdicts.push(verdict)
      const { seed, violations } = verdict
      expect(violations, `seed ${seed}; npm run simulate -- --seed ${seed} plays it again`).to.deep.equal([])
    }
    const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + of(verdict), 0)
    const games = sum(({ story }) => story!.facts.games.length)
    const reorganisations = sum(({ story }) => story!.reorganisations)
    context.diagnostic(
      `${verdicts.length} schedules, ${sum(({ story }) => story!.deeds)} deeds, ${games} games, ${reorganisations} reorganisations`,
    )
    expect(games).to.be.greaterThan(SCHEDULES / 2)
    expect(reorganisations).to.be.greaterThan(0)
  })

  it('come out the same for the same seed', async () => {
    const lines: string[][] = []
    for (let again = 0; again < 2; again++) {
      const told: string[] = []
      for await (const _ of simulate([7], { tell: (line) => told.push(line) }));
      lines.push(told)
    }
    expect(lines[0]!.length).to.be.greaterThan(5)
    expect(lines[0]).to.deep.equal(lines[1])
  })
})

describe('the laws of the simulation notice', () => {
  const CASES: readonly (readonly [string, Parameters<typeof firstViolation>[0], RegExp])[] = [
    [
      'an operator that does not defend itself',
      { operator: async (...all) => ((d) => (d?.to === 'game' ? undefined : d))(await honestOperator(...all)) },
      /true, ended DEFEATED/,
    ],
    ['an operator that answers twice', { operator: forgetful }, /2 answers of the honest operator/],
    ['that nobody challenges', { challenger: idle }, /settled by a lie|a lie, ended/],
    ['a challenger that is not paid', { challenger: modest }, /was not paid/],
    ['that nothing comes to an end', { janitor: idle, challenger: idle }, /did not end/],
  ]
  for (const [what, changed, law] of CASES) {
    it(what, async () => {
      expect(await firstViolation(changed)).to.match(law)
    })
  }
})
