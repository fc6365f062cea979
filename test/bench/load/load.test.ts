import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { ASKER, HONEST, onStage } from '../../scenarios/cast.ts'
import { sectionOf, withSection } from '../page.ts'
import { picture } from './flood.ts'
import { callsBetween, nodeCalls } from './node-calls.ts'
import { percentile } from './report.ts'
import { measured } from './stretch.ts'

const ROOT = join(import.meta.dirname, '../../..')

describe('the benchmark of many requests', () => {
  it('takes percentiles by the nearest rank, and puts its section into the page once', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index)
    expect([0.5, 0.9, 0.99, 1].map((part) => percentile(values, part))).to.deep.equal([100, 180, 198, 200])
    const page = '# Page\n\n## A\n\na\n\n## Load\n\nold\n\n## B\n\nb\n'
    const written = withSection(page, 'Load', 'new\n')
    expect(written).to.equal('# Page\n\n## A\n\na\n\n## B\n\nb\n\n## Load\n\nnew\n')
    expect(withSection(written, 'Load', 'new')).to.equal(written)
    expect([sectionOf(written, 'Load'), sectionOf(written, 'C')]).to.deep.equal(['## Load\n\nnew\n', ''])
  })

  it('asks different pictures', () => {
    expect(new Set(Array.from({ length: 500 }, (_, index) => picture(index).join())).size).to.equal(500)
  })

  it('runs with blocks at once and with blocks of a second', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/bench-load.ts', '--quick'], { cwd: ROOT, encoding: 'utf8' })
    expect(status, stderr).to.equal(0)
    const cells = (name: string): number[] => {
      const line = stdout.split('\n').find((row) => row.startsWith(`| ${name}`))
      return (line ?? '').split('|').slice(2, 4).map(Number.parseFloat)
    }
    for (const name of ['answers each second', 'settlements each second', 'signing', 'transactions'])
      for (const value of cells(name)) expect(value, name).to.be.greaterThan(0)
    expect(stdout).to.match(/^\| what bounds it +\| \S/m)
  })

  it(
    'finds that requests which wait for their liveness cost next to nothing with each block',
    onStage([HONEST], async (stage) => {
      const [requests, blocks] = [10, 40]
      const operator = stage.operator(HONEST, measured(stage))
      for (let index = 0; index < requests; index++) await stage.ask(ASKER, picture(index))
      await stage.until('all are answered', () => operator.moves().length === requests)
      const url = String(operator.said('metricsServed')[0]!.url)
      const reads = async (): Promise<number> => (await nodeCalls(url)).get('eth_call')!.count
      // Everything is looked at once more in the block of the last answer.
      await stage.mine()
      const counts = [-1]
      await stage.until('it is at rest', async () => counts.push(await reads()) > 2 && counts.at(-1) === counts.at(-2))
      const calls = await nodeCalls(url)
      for (let block = 0; block < blocks; block++) {
        await stage.mine()
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
      const since = callsBetween(calls, await nodeCalls(url))
      expect(since.get('eth_getBlockByNumber')!.count, 'blocks that it saw').to.be.greaterThan(10)
      // Each is looked at again after some seconds: four reads.
      expect(since.get('eth_call')!.count).to.be.at.most(requests * 4 * 2)
    }),
  )
})
