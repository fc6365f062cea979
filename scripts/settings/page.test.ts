import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { settingsPage } from './page.ts'

describe('docs/settings.md', () => {
  it('is what npm run settings writes', () => {
    expect(readFileSync('docs/settings.md', 'utf8')).to.equal(settingsPage())
  })
})
