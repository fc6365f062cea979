import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = 'docs/THREATS.md'

/** All that the protocol promises to stand. */
const THREATS = [
  ...[
    'wrong output, right trace',
    'right output, wrong trace',
    'garbage trace',
    'withheld trace',
    'trace of another model, input or request',
  ],
  ...[
    'copied root',
    'wrong padding',
    'silence at each move',
    'spam of challenges',
    'sham challenger that loses on purpose',
    'self-challenge',
  ],
  ...['late moves', 're-entrancy through callback or token', 'gas grief through callback', 'oversized input', 'invalid program'],
  ...['reorganisation across each transition', 'front-run of reveal, step and claim', 'forged totals or interior roots by a stranger'],
  ...['a true lane stepped by the liar', "bytes after the buffer's end", 'truncated or padded output', 'descriptor against header'],
  ...[
    'reveals through a wrapper contract',
    'return bomb',
    'mirroring copier',
    'bond exhaustion',
    'registry squatting',
    'served trace copied',
    'forged oath handed out',
    'hostile trace server',
    'fee overflow',
    'dust',
  ],
]

type Row = { readonly threat: string; readonly tests: readonly { readonly file: string; readonly title: string }[] }

function rows(): Row[] {
  const lines = readFileSync(join(ROOT, PAGE), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
  return lines.map((line) => {
    const [threat, , tests] = line.slice(2, -2).split(' | ') as [string, string, string]
    const named = tests.split('<br>').map((each) => /^`([^`]+)`: (.+)$/.exec(each.trim()))
    return { threat, tests: named.map((match) => ({ file: match?.[1] ?? '', title: match?.[2] ?? '' })) }
  })
}

/** Titles of the tests of a file, as they are written there. */
function titlesIn(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  return [...source.matchAll(/\bit\(\s*(['"`])(.*?)\1,/g)].map(([, , title]) => title!)
}

describe('the list of threats', () => {
  it('has a line for each threat, and no other', () => {
    expect(rows().map(({ threat }) => threat)).to.have.members(THREATS)
  })

  for (const { threat, tests } of rows()) {
    it(`names tests that are there: ${threat}`, () => {
      expect(tests).to.not.have.length(0)
      for (const { file, title } of tests) {
        expect(existsSync(join(ROOT, file)), `${file} is there`).to.equal(true)
        expect(titlesIn(file), file).to.include(title)
      }
    })
  }

  it('has every test that is titled as one', () => {
    const listed = new Set(rows().flatMap(({ tests }) => tests.map(({ file, title }) => `${file}: ${title}`)))
    for (const file of globSync('test/**/*.test.ts', { cwd: ROOT })) {
      for (const title of titlesIn(file)) if (title.startsWith('threat: ')) expect([...listed]).to.include(`${file}: ${title}`)
    }
  })
})
