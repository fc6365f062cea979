import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { median } from '@opine/cli/median.ts'
import { expect } from 'chai'
import { zooModels } from '../support/zoo.ts'
import { compareTimes, processorTime } from './measure.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The cells of the row that begins so, in a part of the page. */
function cells(part: string, name: string): string[] {
  const line = part.split('\n').find((row) => row.startsWith(`| ${name} `))
  expect(line, `a row of ${name}`).to.be.a('string')
  return line!.split('|').map((cell) => cell.trim())
}

describe('the benchmarks', () => {
  it('take the middle of samples that took turns', async () => {
    expect(median([3, 1, 2])).to.equal(2)
    expect(median([4, 1, 3, 2])).to.equal(2.5)
    const order: string[] = []
    const busy = (name: string, ms: number) => () => {
      order.push(name)
      const end = processorTime() + ms
      while (processorTime() < end);
    }
    const times = await compareTimes({ a: busy('a', 30), b: busy('b', 210) }, 3)
    expect(order.join('')).to.match(/^aaa+bb(aab){3}$/)
    expect(times.a).to.be.at.least(30)
    expect(times.b).to.be.at.least(210)
  })

  it('measure hashers, and every model of the zoo against ONNX Runtime', () => {
    const env = { ...process.env, OPINE_SHARED: join(ROOT, 'no-such-folder') }
    const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/bench.ts', '--quick', '--threads', '1,2'], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    })
    expect(status, stderr).to.equal(0)
    expect(stdout).to.not.match(/NaN|Infinity|undefined|null/)
    const [, hashing = '', commitments = '', executors = '', tiles = '', threads = '', starting = '', lowering = ''] = stdout.split(/^## /m)
    expect(executors).to.match(/in registers, [\d.]+ GMAC\/s with vectors of 128 bits/)
    expect(Number(cells(tiles, '5 by 2')[2])).to.be.greaterThan(0)
    expect(threads).to.match(/\| model +\| ONNX Runtime, 1 \|/)
    for (const name of ['WebAssembly', 'crypto.hash', 'createHash']) expect(cells(hashing, name)[3]).to.match(/^[\d.]+ GB\/s$/)
    expect(hashing).to.match(/one buffer, in one call, at [\d.]+ GB\/s/)
    let risen = 0
    for (const { name } of zooModels()) {
      expect(cells(commitments, name)[9], name).to.match(/^[\d.]+ %$/)
      const [, , stock, inference, , , , committed] = cells(executors, name)
      for (const time of [stock, inference, committed]) expect(Number.parseFloat(time!), name).to.be.greaterThan(0)
      const [, , prepared, first, , second] = cells(starting, name)
      for (const time of [prepared, first, second]) expect(Number.parseFloat(time!), name).to.be.greaterThan(0)
      const [, , , ours, theirs, , memory] = cells(lowering, name)
      expect(Number.parseFloat(ours!), name).to.be.greaterThan(0)
      expect(Number.parseFloat(theirs!), name).to.be.greaterThan(0)
      expect(memory, name).to.match(/^[\d.]+ [kM]B$/)
      risen += Number.parseFloat(memory!)
    }
    expect(risen, 'memory that lowering takes').to.be.greaterThan(0)
  })
})
