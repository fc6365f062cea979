import { after, before, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { codeVersion, type GoldenCheck, passGolden } from './golden.ts'
import { createLog } from './log.ts'
import { Store } from './store.ts'

describe('golden checks', () => {
  let store: Store
  before(() => {
    store = Store.open(':memory:')
  })
  after(() => store.close())

  const lines: { event: string; checks: number; remembered: number }[] = []
  const log = createLog({ format: 'json', service: 'test', write: (line) => lines.push(JSON.parse(line)) })
  const ran: string[] = []
  const check = (name: string): GoldenCheck => ({ name, run: async () => ran.push(name) })
  const pass = async (executor: string, code: string, checks: readonly GoldenCheck[]): Promise<string[]> => {
    ran.length = 0
    await passGolden(executor, code, checks, { store, log })
    return [...ran]
  }

  it('run once for each code and executor, and for each new model', async () => {
    expect(await pass('reference', 'one', [check('cases'), check('model a')])).to.deep.equal(['cases', 'model a'])
    expect(await pass('reference', 'one', [check('cases'), check('model a')])).to.deep.equal([])
    expect(await pass('reference', 'one', [check('cases'), check('model a'), check('model b')])).to.deep.equal(['model b'])
    expect(await pass('other', 'one', [check('cases')])).to.deep.equal(['cases'])
    expect(await pass('reference', 'two', [check('cases')])).to.deep.equal(['cases'])
    const passed = lines.filter(({ event }) => event === 'goldenPassed')
    expect(passed.map(({ event, checks, remembered }) => [event, checks, remembered])).to.deep.equal([
      ['goldenPassed', 2, 0],
      ['goldenPassed', 0, 2],
      ['goldenPassed', 1, 2],
      ['goldenPassed', 1, 0],
      ['goldenPassed', 1, 0],
    ])
  })

  it('are not remembered when they fail', async () => {
    const failing: GoldenCheck = {
      name: 'failing',
      run: async () => {
        throw new OpineError('EXECUTOR_WRONG', 'no')
      },
    }
    const said = lines.length
    for (let start = 0; start < 2; start++) {
      const error = await pass('reference', 'one', [failing]).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(OpineError).with.property('message', 'no')
    }
    expect(lines.slice(said).map(({ event }) => event)).to.deep.equal(['goldenChecking', 'goldenChecking'])
  })

  it('tell code apart by its sources', () => {
    const [kit, game] = ['./package.json', '../dispute-game/package.json'].map((path) => new URL(path, import.meta.url).href)
    expect(codeVersion([kit!])).to.match(/^[0-9a-f]{32}$/)
    expect(codeVersion([kit!])).to.equal(codeVersion([kit!]))
    expect(codeVersion([kit!])).to.not.equal(codeVersion([kit!, game!]))
  })
})
