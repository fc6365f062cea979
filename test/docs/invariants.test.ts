import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** What the protocol and its daemons promise. */
const PROMISED = [
  ...['Solvency', 'No honest loss', 'A lie costs its bond', 'Who did the work is paid', 'Money comes free', 'No privileged hand'],
  ...['One answer', 'No lie settles', 'Each state is told once', 'Withheld files are dear'],
  ...['Progress', 'Bounded delay', 'No clock runs while nobody can move', 'The chain can judge'],
  ...['Never acts twice', 'Decides on the chain’s state', 'Stakes on nothing that it cannot reproduce', 'Spends no more than it may'],
]

type Named = { readonly file: string; readonly words: string }
type Row = { readonly name: string; readonly guards: readonly Named[]; readonly tests: readonly Named[] }

const named = (cell: string): Named[] =>
  cell.split('<br>').map((each) => {
    const match = /^`([^`]+)`: (.+)$/.exec(each.trim())
    return { file: match?.[1] ?? '', words: match?.[2] ?? '' }
  })

const rows: readonly Row[] = read('docs/INVARIANTS.md')
  .split('\n')
  .filter((line) => line.startsWith('| **'))
  .map((line) => {
    const [what, guards, tests] = line.slice(2, -2).split(' | ') as [string, string, string]
    return { name: /^\*\*(.+?)\*\*/.exec(what)![1]!.replace(/\.$/, '').replace("'", '’'), guards: named(guards), tests: named(tests) }
  })

/** A file's text with comments' line breaks taken out. */
const text = (file: string): string => read(file).replace(/\s*\n\s*(\/\/+!?|\*|\/\/\/)?\s*(@\w+)?\s*/g, ' ')

describe('docs/INVARIANTS.md', () => {
  it('has a line for each invariant, and no other', () => {
    expect(rows.map(({ name }) => name)).to.have.members(PROMISED)
  })

  for (const { name, guards, tests } of rows) {
    it(`names code and tests that are there: ${name}`, () => {
      for (const { file } of [...guards, ...tests]) expect(existsSync(join(ROOT, file)), `${file} is there`).to.equal(true)
      for (const { file, words } of guards) expect(text(file), file).to.contain(words)
      for (const { file, words } of tests) {
        const titles = [...read(file).matchAll(/\bit\(\s*(['"`])(.*?)\1,/g)].map(([, , title]) => title)
        expect(titles, file).to.include(words)
      }
    })
  }
})
