import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { opineCommand } from '@opine/cli/run.ts'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const PAGES = ['docs/OPERATING.md', ...globSync('docs/failure-modes/*.md', { cwd: ROOT })]

/** Everything that the daemons, their executors and the command can say, without its tests. */
const SOURCE = globSync('{node-kit,oracle-node,challenger,cli,client,models/exec}/**/*.ts', {
  cwd: ROOT,
  exclude: ['**/*.test.ts', '**/node_modules/**'],
})
  .map(read)
  .join('\n')

type Command = {
  readonly name: () => string
  readonly commands: readonly Command[]
  readonly options: readonly { readonly long?: string | null | undefined }[]
}

const commands = (command: Command, path: string): [string, Command][] => [
  [path, command],
  ...command.commands.flatMap((child) => commands(child, `${path} ${child.name()}`)),
]
const COMMANDS = new Map(commands(opineCommand(), 'opine'))
const FLAGS = new Set([...COMMANDS.values()].flatMap(({ options }) => options.flatMap(({ long }) => (long ? [long] : []))))

/** What is between backticks, outside of blocks. */
const quoted = (page: string): string[] =>
  [
    ...read(page)
      .replace(/```.*?```/gs, '')
      .matchAll(/`([^`]+)`/g),
  ].map(([, text]) => text!)

function isThere(text: string): boolean {
  if (text.startsWith('opine ')) return COMMANDS.has(text)
  if (text.startsWith('--'))
    return text
      .split(' ')
      .filter((part) => part.startsWith('--'))
      .every((flag) => FLAGS.has(flag))
  if (text.startsWith('opine_')) return SOURCE.includes(text) || new RegExp(`\\b'?${text.replace(/^opine_|_total$/g, '')}\\b`).test(SOURCE)
  const code = /^(?:error )?([A-Z][A-Z_]{3,})$/.exec(text)?.[1]
  if (code) return SOURCE.includes(code)
  if (/^[a-z]+[A-Z]\w*$/.test(text)) return SOURCE.includes(`'${text}'`)
  return true
}

describe('what pages for operators quote', () => {
  for (const page of PAGES) {
    it(`${page}: commands, flags, events, codes and metrics are there`, () => {
      const names = quoted(page)
      expect(names.filter((name) => !isThere(name))).to.deep.equal([])
      const links = [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link!)
      expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).to.deep.equal([])
    })
  }

  it('would miss what is not there', () => {
    const wrong = ['opine fly', '--wings', 'opine_feathers_total', 'WINGS_MISSING', 'wingsFlapped']
    expect(wrong.filter(isThere)).to.deep.equal([])
  })

  it('has a page for each failure, and each is in the list', () => {
    const pages = PAGES.filter((page) => page.startsWith('docs/failure-modes/') && !page.endsWith('README.md'))
    expect(pages).to.have.length.at.least(13)
    for (const page of pages) {
      expect(read('docs/failure-modes/README.md')).to.contain(`(${page.split('/').at(-1)})`)
      for (const part of ['**You see**', '**It does, by itself.**', '**You do.**', '**You can lose.**'])
        expect(read(page), page).to.contain(part)
    }
  })
})
