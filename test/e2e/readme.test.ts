import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '../..')
const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/GLOSSARY.md', 'docs/SPEC.md']
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

describe('the pages that a newcomer reads', () => {
  for (const page of PAGES) {
    it(`${page} links to files that are there`, () => {
      const links = [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!)
      const missing = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(ROOT, dirname(page), link)))
      expect(missing).to.deep.equal([])
    })
  }

  // Commands with a placeholder need something of the reader's own.
  const commands = [...read('README.md').matchAll(/`npm run -s opine -- ([^`]+)`/g)]
    .map((match) => match[1]!)
    .filter((text) => !/[A-Z]{3,}|</.test(text))

  it('README has commands to try', () => {
    expect(commands).to.have.length.at.least(4)
  })

  for (const command of commands) {
    it(`opine ${command}`, () => {
      const done = spawnSync(process.execPath, ['cli/main.ts', ...command.split(' ')], { cwd: ROOT, encoding: 'utf8', timeout: 120_000 })
      expect(done.status, done.stderr).to.equal(0)
      expect(done.stdout).to.not.equal('')
    })
  }
})
