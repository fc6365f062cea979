import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { findDigits, loadDigits } from './dataset.ts'
import { heldOutRows, trainingRows } from './split.ts'

const folder = mkdtempSync(join(tmpdir(), 'opine-digits-'))
after(() => rmSync(folder, { recursive: true }))

function codeWith(file: string): string {
  const before = process.env.OPINE_DIGITS
  process.env.OPINE_DIGITS = file
  try {
    loadDigits()
    return 'none'
  } catch (error) {
    return error instanceof OpineError ? error.code : `${error}`
  } finally {
    if (before === undefined) delete process.env.OPINE_DIGITS
    else process.env.OPINE_DIGITS = before
  }
}

describe('the digits data set', () => {
  it('is refused when its content is another', () => {
    const file = join(folder, 'other.csv.gz')
    writeFileSync(file, gzipSync('0,1,2\n'))
    expect(codeWith(file)).equal('DATASET_ALTERED')
  })

  it('is refused when the named file is absent, cut or too long', () => {
    expect(codeWith(join(folder, 'absent'))).equal('DATASET_UNREADABLE')
    const cut = join(folder, 'cut.gz')
    writeFileSync(cut, gzipSync('0,1,2\n').subarray(0, 15))
    expect(codeWith(cut)).equal('DATASET_UNREADABLE')
    const long = join(folder, 'long.gz')
    writeFileSync(long, gzipSync(new Uint8Array(1 << 24)))
    expect(codeWith(long)).equal('DATASET_UNREADABLE')
  })

  it('splits into training and held-out rows', (t) => {
    const found = findDigits()
    if ('missing' in found) return t.skip(found.missing)
    const training = trainingRows(found.digits)
    const heldOut = heldOutRows(found.digits)
    expect([found.digits.length, training.length, heldOut.length]).deep.equal([1797, 1438, 359])
    for (const { pixels, label } of found.digits) {
      expect(pixels.length).equal(64)
      expect(Math.max(...pixels)).within(1, 16)
      expect(label).within(0, 9)
    }
    for (let label = 0; label < 10; label++) expect(heldOut.filter((digit) => digit.label === label).length).above(20)
  })
})
