import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { expect } from 'chai'
import { type Derived, derivedIn } from './derived.ts'
import { Store } from './store.ts'

type Value = { readonly verdict: string; readonly bounds: readonly number[] }

const VALUE: Value = { verdict: 'refused', bounds: [1, -3.5, 7] }

describe('what is derived and kept between starts', () => {
  let folder: string
  const file = (): string => join(folder, 'state.db')

  /** A start with this code. */
  function start(code: string, work: (kept: Derived<Value>) => unknown): { readonly found: unknown; readonly warned: readonly string[] } {
    const warned: string[] = []
    const store = Store.open(file())
    try {
      return { found: work(derivedIn('certificate', code, { store, log: { warn: (event) => warned.push(event) } })), warned }
    } finally {
      store.close()
    }
  }

  /** Changes the file as nobody should. */
  function alter(change: (record: string) => string, name = 'model'): void {
    const db = new DatabaseSync(file())
    const row = db.prepare('SELECT value FROM records WHERE kind = ? AND key = ?').get('certificate', 'model') as { value: string }
    const changed = change(row.value)
    db.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?)').run('certificate', name, changed)
    db.close()
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'derived-'))
    start('one', (kept) => kept.put('model', VALUE))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is what was derived', () => {
    expect(start('one', (kept) => kept.get('model'))).to.deep.equal({ found: VALUE, warned: [] })
    expect(start('one', (kept) => kept.get('another'))).to.deep.equal({ found: undefined, warned: [] })
  })

  it('is not taken from other code, and replaced by it', () => {
    expect(start('two', (kept) => kept.get('model'))).to.deep.equal({ found: undefined, warned: [] })
    start('two', (kept) => kept.put('model', { ...VALUE, verdict: 'orderFree' }))
    expect(start('two', (kept) => kept.get('model')).found).to.deep.equal({ ...VALUE, verdict: 'orderFree' })
    expect(start('one', (kept) => kept.get('model')).found).to.equal(undefined)
  })

  for (const [what, change] of [
    ['a word', (record: string) => record.replace('refused', 'orderFree')],
    ['a digit', (record: string) => record.replace('-3.5', '-3.4')],
    ['its end', (record: string) => record.replace(',7', '')],
    ['its text', () => '{"code":"one"}'],
    ['its digest', (record: string) => record.replace(/"digest":"./, '"digest":"g')],
  ] as const) {
    it(`is not believed where ${what} was altered`, () => {
      alter((record) => {
        const changed = change(record)
        expect(changed).not.to.equal(record)
        return changed
      })
      expect(start('one', (kept) => kept.get('model'))).to.deep.equal({ found: undefined, warned: ['derivedAltered'] })
      start('one', (kept) => kept.put('model', VALUE))
      expect(start('one', (kept) => kept.get('model'))).to.deep.equal({ found: VALUE, warned: [] })
    })
  }

  it('is not believed under another name, nor as of other code', () => {
    alter((record) => record, 'another')
    expect(start('one', (kept) => kept.get('another'))).to.deep.equal({ found: undefined, warned: ['derivedAltered'] })
    alter((record) => record.replace('"code":"one"', '"code":"two"'))
    expect(start('two', (kept) => kept.get('model'))).to.deep.equal({ found: undefined, warned: ['derivedAltered'] })
  })
})
