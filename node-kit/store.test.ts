import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { Store } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'opine-store-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function codeOf(work: () => unknown): string {
  try {
    work()
    return 'none'
  } catch (error) {
    expect(error).to.be.instanceOf(OpineError)
    return (error as OpineError).code
  }
}

/** Another process that opens a store, writes what is given, and says what came of it; then it waits to be killed. */
async function elsewhere(path: string, writes: number): Promise<{ said: string; kill: () => Promise<void> }> {
  const code = `
    import { Store } from ${JSON.stringify(import.meta.resolve('./store.ts'))}
    try {
      const store = Store.open(${JSON.stringify(path)})
      const put = (i) => store.put('n', String(i), { i })
      for (let i = 0; i < ${writes}; i++) if (i % 2) put(i); else store.relaxed(() => put(i))
      console.log('written')
      setInterval(() => {}, 1000)
    } catch (error) { console.log(error.code) }`
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data')
  return {
    said: String(said).trim(),
    kill: async () => {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('store', () => {
  it('keeps records by kind and key over a reopening', () => {
    const path = join(folder, 'new', 'a.sqlite')
    const store = Store.open(path)
    store.put('request', 'b', { input: '0x01', n: 2 })
    store.put('request', 'a', [1, 'two'])
    store.put('other', 'a', null)
    store.put('request', 'c', 1)
    store.delete('request', 'c')
    store.close()
    const again = Store.open(path)
    expect(again.list('request')).to.deep.equal([
      ['a', [1, 'two']],
      ['b', { input: '0x01', n: 2 }],
    ])
    expect(again.get('request', 'c')).to.equal(undefined)
    again.put('request', 'a', 'new')
    expect(again.get('request', 'a')).to.equal('new')
    again.close()
  })

  it('has all of an atomic piece of work or none', () => {
    const store = Store.open(join(folder, 'atomic.sqlite'))
    store.atomically(() => store.put('k', 'kept', 1))
    expect(() =>
      store.atomically(() => {
        store.put('k', 'kept', 2)
        store.put('k', 'lost', 1)
        throw new Error('half way')
      }),
    ).to.throw('half way')
    expect(store.list('k')).to.deep.equal([['kept', 1]])
    store.close()
  })

  it('does not hide what fails in relaxed writes, and relaxes inside of an atomic piece of work nothing', () => {
    const store = Store.open(join(folder, 'relaxed.sqlite'))
    const fail = (): never => {
      store.put('n', 'a', 1)
      throw new OpineError('STOPPED', 'half way')
    }
    expect(codeOf(() => store.relaxed(() => store.atomically(fail)))).to.equal('STOPPED')
    expect(codeOf(() => store.atomically(() => store.relaxed(fail)))).to.equal('STOPPED')
    expect(store.list('n'), 'all or none').to.deep.equal([])
    expect(store.relaxed(() => store.list('n'))).to.deep.equal([])
    store.close()
  })

  it('has everything that a killed process wrote, and is locked while that one lives', async () => {
    const path = join(folder, 'killed.sqlite')
    const child = await elsewhere(path, 50)
    expect(child.said).to.equal('written')
    expect(codeOf(() => Store.open(path))).to.equal('STORE_LOCKED')
    await child.kill()
    const store = Store.open(path)
    expect(store.list('n')).to.have.length(50)
    const second = await elsewhere(path, 1)
    expect(second.said).to.equal('STORE_LOCKED')
    await second.kill()
    store.close()
  })

  it('says that a file is damaged, is no store, or cannot be written', () => {
    const path = join(folder, 'damaged.sqlite')
    const store = Store.open(path)
    for (let i = 0; i < 200; i++) store.put('n', String(i), 'x'.repeat(200))
    store.close()
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 5000, 30_000)
    writeFileSync(path, bytes)
    expect(codeOf(() => Store.open(path))).to.equal('STORE_CORRUPTED')
    writeFileSync(join(folder, 'text'), 'this is no database, whatever its name says'.repeat(200))
    expect(codeOf(() => Store.open(join(folder, 'text')))).to.equal('STORE_CORRUPTED')
    expect(codeOf(() => Store.open(join(folder, 'text', 'below.sqlite')))).to.equal('STORE_UNWRITABLE')
    expect(codeOf(() => Store.open(folder))).to.equal('STORE_UNWRITABLE')
  })

  it('belongs to one chain and account', () => {
    const path = join(folder, 'bound.sqlite')
    const store = Store.open(path)
    store.bind('chain', '1 0xaa')
    store.bind('chain', '1 0xaa')
    expect(codeOf(() => store.bind('chain', '5 0xaa'))).to.equal('STORE_FOREIGN')
    store.close()
    expect(codeOf(() => Store.open(path).bind('chain', '5 0xaa'))).to.equal('STORE_FOREIGN')
  })
})
