import { describe, it } from 'node:test'
import { proof } from '@opine/dispute-game/game/proof.ts'
import { type Served, servedFrom } from '@opine/dispute-game/game/served.ts'
import { ROOT } from '@opine/dispute-game/merkle/position.ts'
import { ToyGame } from '@opine/dispute-game/toy/game.ts'
import type { ToyLie } from '@opine/dispute-game/toy/lie.ts'
import { expect } from 'chai'
import { beginPath, type ServedPath, type Step, stepOn } from './served-path.ts'

const LIES: readonly ToyLie[] = [
  { kind: 'leaf', index: 7 },
  { kind: 'padding', kernel: 3, byte: 25 },
  { kind: 'letter', kernel: 3, element: 40, mode: 'alone' },
  { kind: 'letter', kernel: 0, element: 3, mode: 'downstream' },
  { kind: 'letter', kernel: 4, element: 2, mode: 'downstream' },
  { kind: 'total', kernel: 1, element: 2, block: 1 },
  { kind: 'total', kernel: 5, element: 1, block: 0 },
]

/** An asserter that hands out one path; what lies elsewhere it does not. */
function guarded({ defender, state }: ToyGame): { readonly served: Served; readonly path: () => ServedPath } {
  let path = beginPath(state.view, defender)
  const sign = async () => new Uint8Array(65)
  const all = servedFrom(defender, { interior: sign, totals: sign })
  const guard = async <T>(step: Step, answer: () => Promise<T>): Promise<T | undefined> => {
    const next = stepOn(path, step, defender)
    if (!next) return undefined
    path = next
    return answer()
  }
  const served: Served = {
    traceNodes: all.traceNodes,
    interior: (kernel) => guard({ kind: 'interior', kernel }, () => all.interior(kernel)),
    tensorNodes: (kernel, position) => guard({ kind: 'tensorNodes', kernel, position }, () => all.tensorNodes(kernel, position)),
    totals: (kernel, element) => guard({ kind: 'totals', kernel, element }, () => all.totals(kernel, element)),
  }
  return { served, path: () => path }
}

/** Every question about the program, with positions of its trees. */
function* questions({ defender }: ToyGame): Generator<Step> {
  for (let kernel = 0; kernel <= defender.kernels; kernel++) {
    yield { kind: 'interior', kernel }
    const { depth, count } = kernel < defender.kernels ? defender.facts(kernel) : { depth: 0, count: 1 }
    for (let position = 0; position < 2 ** (depth + 1) + 2; position++) yield { kind: 'tensorNodes', kernel, position }
    for (let element = 0; element <= count; element++) yield { kind: 'totals', kernel, element }
  }
}

describe('the path of a game', () => {
  for (const lie of LIES) {
    it(`is wide enough for a proof, from wherever the game is: ${JSON.stringify(lie)}`, async () => {
      for (const levels of [1, 2, 5]) {
        for (let game = ToyGame.of(undefined, undefined, levels).lie(lie); game.state.status === 'IN_PROGRESS'; game = game.next()) {
          const { served } = guarded(game)
          const moves = await proof(game.state.view, game.challenger, served)
          expect(await proof(game.state.view, game.challenger, served), 'asked again').to.deep.equal(moves)
        }
      }
    })
  }

  it('is one: whoever went to one number is shown nothing of another', async () => {
    for (const levels of [1, 2, 5]) {
      for (const lie of LIES.slice(2)) {
        const game = ToyGame.of(undefined, undefined, levels).lie(lie)
        const { served, path } = guarded(game)
        await proof(game.state.view, game.challenger, served)
        const walked = path()
        const known = new Set<string>()
        for (const step of questions(game)) {
          const next = stepOn(walked, step, game.defender)
          if (next && next !== walked) {
            // Nothing but what was asked before, and the end of a walk that came to a word whose totals it did not need.
            const entered = walked.tensor !== null
            expect(next.leaf).to.equal(walked.leaf)
            if (entered) expect({ ...next, element: walked.element }).to.deep.equal(walked)
          }
          if (next === walked) known.add(JSON.stringify(step))
        }
        expect(known.size, JSON.stringify([lie, levels])).to.be.at.most(2 + walked.positions.length)
      }
    }
  })

  it('opens one tensor root, whatever is asked in whatever order', () => {
    const game = ToyGame.of()
    const all = [...questions(game)]
    for (let seed = 1; seed < 200; seed++) {
      let path = beginPath(game.state.view, game.defender)
      const tensors = new Set<number>()
      const elements = new Set<number>()
      for (let i = 0, at = seed; i < 400; i++) {
        at = (at * 48_271) % 2_147_483_647
        const step = all[at % all.length]!
        const next = stepOn(path, step, game.defender)
        if (!next) continue
        path = next
        if (step.kind === 'tensorNodes') tensors.add(step.kernel)
        if (step.kind === 'totals') elements.add(step.element)
      }
      expect(tensors.size).to.be.at.most(1)
      expect(elements.size).to.be.at.most(1)
      expect(path.positions.filter((position) => position === ROOT).length).to.be.at.most(1)
    }
  })

  it('lies below the place where the game is', () => {
    const game = ToyGame.of(undefined, undefined, 1).lie({ kind: 'letter', kernel: 3, element: 40, mode: 'alone' })
    const below = game.next().next()
    expect(below.state.view).to.include({ phase: 'TRACE' }).with.property('position').that.is.greaterThan(ROOT)
    const path = beginPath(below.state.view, game.defender)
    expect(stepOn(path, { kind: 'tensorNodes', kernel: 3, position: ROOT }, game.defender)).to.not.equal(undefined)
    expect(stepOn(path, { kind: 'interior', kernel: 5 }, game.defender)).to.equal(undefined)
  })
})
