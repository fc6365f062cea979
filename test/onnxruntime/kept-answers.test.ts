import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { modelOf } from '@opine/models/load.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { hashOfSources, sourcesOf } from '../support/sources.ts'
import { compareWays } from './compare.ts'
import { type Answer, answerByDefinition } from './definition.ts'
import { KeptAnswers } from './kept-answers.ts'
import { barOf } from './progress.ts'
import { drawings, quantizedDigits } from './subjects.ts'

describe('what reference gives', () => {
  const model = modelOf(compile(quantizedDigits()))
  const { program } = model
  const [one, other] = [drawings[3]!, drawings[4]!]
  let folder = ''
  const files = (): string[] => globSync('reference/*/*.json', { cwd: folder }).map((name) => join(folder, name))
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opine-kept-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('is kept for a program and an input, and then not calculated', () => {
    const kept = new KeptAnswers(model, folder)
    expect(kept.find(one)).to.equal(null)
    const answer = kept.of(one)
    expect(answer).to.deep.equal(answerByDefinition(program, one))
    expect(answer.kernels).to.have.length(program.kernels.length)
    expect(files()).to.have.length(1)
    // What is found is what lies there.
    writeFileSync(files()[0]!, JSON.stringify({ ...answer, root: 'another' }))
    expect(new KeptAnswers(model, folder).of(one).root).to.equal('another')
    writeFileSync(files()[0]!, JSON.stringify(answer))
    expect(kept.find(other)).to.equal(null)
    expect(new KeptAnswers({ program, root: `0x${'1'.repeat(64)}` }, folder).find(one)).to.equal(null)
  })

  it('is compared with what wasm gives, kernel by kernel, and root by root', async () => {
    const right = answerByDefinition(program, one)
    const compared = (answer: Answer) => compareWays(program, [one], [], { definition: () => answer })
    expect((await compared(right)).referenced).to.equal(1)
    const failure = (answer: Answer): Promise<string> => compared(answer).then(String, (error: Error) => error.message)
    const kernels = right.kernels.with(2, right.kernels[1]!)
    expect(await failure({ ...right, kernels })).to.equal('input 0: kernel 2 has other bytes by wasm than by reference')
    expect(await failure({ ...right, root: '0x12' })).to.match(/^input 0: the root is 0x[0-9a-f]{64} by wasm, 0x12 by reference$/)
  })

  it('depends on the sources that it is made of, and on no other executor, on nothing that makes programs', () => {
    const names = [...sourcesOf(join(import.meta.dirname, 'definition.ts')).keys()]
    for (const name of ['exec/reference/product', 'exec/reference/expression', 'numerics/f32', 'ir/types', 'trace/commit'])
      expect(names).to.include(`models/${name}.ts`)
    expect(names).to.include('@chainsafe/as-sha256')
    expect(names.filter((name) => /^models\/(?!exec\/reference|numerics|ir|trace)/.test(name))).to.deep.equal([])
  })
})

describe('the hash of a module', () => {
  it('changes with whatever the module imports, and with nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'opine-sources-'))
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
    write('a.ts', "import { b } from './b.ts'\nimport { join } from 'node:path'\nexport const a = join(b, 'x')\n")
    write('b.ts', "import type { C } from './c.ts'\nexport const b: C = 'b'\n")
    write('c.ts', "import './a.ts'\nexport type C = string\n")
    write('d.ts', 'export const d = 1\n')
    const hash = (): string => hashOfSources(join(folder, 'a.ts'))
    const first = hash()
    write('d.ts', 'export const d = 2\n')
    expect(hash()).to.equal(first)
    for (const name of ['a.ts', 'b.ts', 'c.ts']) {
      const text = readFileSync(join(folder, name), 'utf8')
      write(name, `${text}// changed\n`)
      expect(hash(), name).to.not.equal(first)
      write(name, text)
    }
    expect(hash()).to.equal(first)
    rmSync(folder, { recursive: true })
  })
})

describe('the bar', () => {
  it('tells how much is done, of this what was kept, and how long it goes on', () => {
    expect(barOf('a', 0, 200, [], 2)).to.equal(`a: [${'-'.repeat(30)}] 0 of 200`)
    expect(barOf('a', 50, 200, [15, 17], 2)).to.equal(`a: [#######${'-'.repeat(23)}] 50 of 200, 48 kept, 16 s each, 20 min left`)
    expect(barOf('a', 2, 2, [1, 1], 1)).to.equal(`a: [${'#'.repeat(30)}] 2 of 2, 1.0 s each`)
  })
})
