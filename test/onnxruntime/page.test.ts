import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { sectionOf } from '../bench/page.ts'
import { SHARED_SUBJECTS } from '../support/quantised/shared-subjects.ts'
import { ZOO_SUBJECTS } from '../support/quantised/zoo-subjects.ts'
import { bitsSection, HEADS, speedSection } from './page.ts'
import type { Bits } from './results.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/EXACT.md'), 'utf8')
const NAMES = [...ZOO_SUBJECTS, ...SHARED_SUBJECTS].map(({ name }) => name)

/** The tables of a text, each a list of rows of cells; the first is the head. */
function tablesOf(text: string): string[][][] {
  const blocks = text.split('\n\n').filter((block) => block.startsWith('|'))
  return blocks.map((block) =>
    block
      .trimEnd()
      .split('\n')
      .filter((_, index) => index !== 1)
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  )
}

const heads = (text: string): string[][] => tablesOf(text).map(([head]) => head!)

describe('docs/EXACT.md', () => {
  it('has the tables that the commands write, of all subjects, and no bit that differs', () => {
    const [bits, speed] = [sectionOf(PAGE, 'Bits'), sectionOf(PAGE, 'Speed')]
    const devices = { cpu: 'a', gpu: 'b', load: '0' }
    expect(heads(bits)).to.deep.equal(heads(bitsSection([], devices)))
    expect(heads(speed)).to.deep.equal(heads(speedSection([], devices)))
    expect(heads(bits)).to.deep.equal([HEADS.cpu, HEADS.webgpu, HEADS.control])
    for (const [index, [head, ...rows]] of tablesOf(bits).entries()) {
      expect(rows.map(([name]) => name)).to.deep.equal(NAMES)
      const column = head!.indexOf('differing bits')
      if (index < 2) expect(rows.map((row) => row[column])).to.deep.equal(NAMES.map(() => '0'))
      // The control sees differences.
      else expect(rows.some((row) => Number(row[column]) > 0)).to.equal(true)
    }
  })

  it('tells of how many inputs on WebGPU reference was asked', () => {
    const way = { way: 'webgpu', inputs: 20, bits: 0, values: 1, kernels: 1, milliseconds: 1 }
    const of = (name: string, referenced: number): Bits => ({
      ...{ name, provider: 'webgpu', kernels: 1, certified: 1, ways: [way], referenced, nodes: {}, control: null },
    })
    const told = (results: readonly Bits[]): string => bitsSection(results, { cpu: 'a', gpu: 'b' })
    expect(told([of('a', 20), of('b', 20)])).to.contain('`reference` ran all of these inputs too.')
    expect(told([of('a', 20), of('b', 3)])).to.contain('`reference` ran all of these inputs too, but 3 of 20 of b.')
  })

  it('is of what `npm run exact` does', async () => {
    const command = ['test/onnxruntime/exact.ts', '--subject', 'credit', '--provider', 'cpu', '--inputs', '12', '--jobs', '1', '--fresh']
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT, timeout: 120_000 })
    const [defined, plain, ...stock] = stdout.trimEnd().split('\n')
    expect(defined).to.equal('credit: reference: the bytes and roots of wasm, 12 of 12 inputs')
    expect(plain).to.match(/^credit: wasm, vectors of 128 bits: 0 differing bits in \d+ bytes, 12 inputs$/)
    const ways = stock.map((line) => {
      const found = /^credit: cpu, (.+): 0 differing bits in \d+ bytes, 12 inputs, (\d+) of \2 kernels on the stock runtime$/.exec(line)
      return found?.[1] ?? line
    })
    const levels = ['disabled', 'basic', 'extended', 'all', 'as daemons run it']
    expect(ways).to.deep.equal(levels.flatMap((level) => [`${level}, 1 thread`, `${level}, 2 threads`]))
    expect(sectionOf(PAGE, 'Bits')).to.match(new RegExp(`^\\| credit .*\\| +${stock.length + 3} \\|`, 'm'))
  })

  it('tells speeds by the same rows as `npm run speed`', async () => {
    const command = ['test/onnxruntime/speed.ts', '--subject', 'digits', '--provider', 'cpu', '--rounds', '1', '--threads', '1', '--fresh']
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT, timeout: 120_000 })
    expect(stdout).to.not.match(/NaN|Infinity|undefined|null/)
    const [times, , bounds] = tablesOf(stdout)
    expect(times![1]!.slice(0, 2)).to.deep.equal(['digits', '1'])
    for (const column of [2, 4, 6, 8, 10]) expect(Number.parseFloat(times![1]![column]!)).to.be.greaterThan(0)
    const shares = bounds![1]!.filter((cell) => cell.endsWith(' %')).map((cell) => Number.parseFloat(cell))
    expect(shares.reduce((all, share) => all + share, 0)).to.be.closeTo(100, 1)
  })
})
