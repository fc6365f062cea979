import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

const ROOT = join(import.meta.dirname, '../..')
const DIGITS = join(ROOT, 'models/zoo/digits/digits.onnx')
const folder = mkdtempSync(join(tmpdir(), 'opine-quantize-'))
after(() => rmSync(folder, { recursive: true }))
const inside = (name: string): string => {
  mkdirSync(join(folder, name), { recursive: true })
  return join(folder, name)
}

describe('opine model quantize', () => {
  it('writes a model that certifies, and a report', async () => {
    const images = inside('images')
    for (const { pixels, label } of SAMPLES) writeFileSync(join(images, `${label}.json`), JSON.stringify([...toInput(pixels)]))
    const [out, report] = [join(folder, 'digits.int.onnx'), join(folder, 'report.json')]
    const made = await opine(['model', 'quantize', DIGITS, '--calibrate', images, '--out', out, '--report', report, '--json'])
    expect(made.code, made.stderr).equal(0)
    const printed = JSON.parse(made.stdout)
    expect(printed).include({ providers: 'tf32', calibration: 8 })
    expect(printed.quality).include({ examples: 2, heldOut: true })
    expect(printed.left).deep.equal([])
    expect(JSON.parse(readFileSync(report, 'utf8')).layers).deep.equal(printed.layers)
    const certified = await opine(['model', 'certify', out, '--classes', 'tf32', '--require'])
    expect(certified.code, certified.stdout).equal(0)
  })

  it('says what is wrong with a folder of examples', async () => {
    const codeOf = async (calibrate: string): Promise<string> => {
      const { code, stderr } = await opine(['model', 'quantize', DIGITS, '--calibrate', calibrate, '--out', join(folder, 'x.onnx')])
      expect(code).equal(1)
      return /error (\w+)/.exec(stderr)?.[1] ?? stderr
    }
    expect(await codeOf(join(folder, 'nowhere'))).equal('FILE_MISSING')
    expect(await codeOf(inside('empty'))).equal('CALIBRATION_EMPTY')
    writeFileSync(join(inside('short'), 'a.json'), '[1, 2]')
    expect(await codeOf(inside('short'))).equal('INPUT_LENGTH')
    writeFileSync(join(inside('words'), 'a.json'), '"seven"')
    expect(await codeOf(inside('words'))).equal('INPUT_JSON')
    mkdirSync(join(inside('set'), 'one'))
    expect(await codeOf(inside('set'))).equal('INPUT_MISSING')
  })
})
