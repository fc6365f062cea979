import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { expect } from 'chai'
import { ran } from '../support/in-process.ts'

const CREDIT = 'models/zoo/credit/credit.onnx'

describe('what models are made into', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-outputs-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string): string => join(folder, name)
  const model = readFileSync(CREDIT)
  const calibrate = 'models/zoo/credit/examples'

  it('is never written over what it is made of, twice, or into a folder', async () => {
    writeFileSync(at('own.onnx'), model)
    symlinkSync(at('own.onnx'), at('link.onnx'))
    mkdirSync(at('into'))
    const refused: readonly (readonly [string, readonly string[]])[] = [
      ['FILE_TWICE', ['quantize', at('own.onnx'), '--calibrate', calibrate, '--out', at('own.onnx')]],
      ['FILE_TWICE', ['quantize', at('own.onnx'), '--calibrate', calibrate, '--out', at('link.onnx')]],
      ['FILE_TWICE', ['quantize', at('own.onnx'), '--calibrate', calibrate, '--out', at('a'), '--report', at('a')]],
      ['FILE_TWICE', ['certify', at('own.onnx'), '--out', at('own.onnx')]],
      ['FILE_TWICE', ['compile', at('own.onnx'), '--out', at('own.onnx')]],
      ['FILE_UNUSABLE', ['quantize', at('own.onnx'), '--calibrate', calibrate, '--out', at('into')]],
      ['FILE_UNUSABLE', ['quantize', at('own.onnx'), '--calibrate', calibrate, '--out', join(at('own.onnx'), 'a')]],
      ['FILE_MISSING', ['quantize', at('own.onnx'), '--calibrate', calibrate, '--out', at('nowhere/a')]],
      ['FILE_UNUSABLE', ['certify', at('own.onnx'), '--out', '/dev/full']],
      ['DIM_UNUSED', ['quantize', at('own.onnx'), '--calibrate', calibrate, '--dim', 'batches=1', '--out', at('a')]],
      [
        'QUANTIZE_OPTIONS',
        ['quantize', at('own.onnx'), '--calibrate', calibrate, '--class', 'bf16', '--activation-bits', '12', '--out', at('a')],
      ],
      ['USAGE', ['certify', at('own.onnx'), '--check', at('a'), '--classes', 'bf16']],
      ['CERTIFICATE_FILE', ['certify', at('own.onnx'), '--check', at('own.onnx')]],
    ]
    for (const [code, args] of refused) {
      const { code: exit, stdout, stderr } = await ran(['model', ...args])
      expect(stderr, args.join(' ')).to.match(new RegExp(`^error ${code}: [^\\n]+\\n$`))
      expect([exit, stdout]).to.deep.equal([1, ''])
    }
    expect(readFileSync(at('own.onnx')).equals(model)).to.equal(true)
    expect(readdirSync(folder).sort()).to.deep.equal(['into', 'link.onnx', 'own.onnx'])
  })

  it('plays no demonstration with what there is not', async () => {
    for (const args of [
      ['--executor', 'fast'],
      ['--providers', 'gpu'],
      ['--challenger-providers', 'cpu,'],
    ]) {
      const { code, stdout, stderr } = await ran(['demo', ...args])
      expect([code, stdout]).to.deep.equal([1, ''])
      expect(stderr).to.match(/^error USAGE: [^\n]+(Allowed choices are|is not one of)[^\n]+\n$/)
    }
  })

  it('replaces a file of before as a whole, and leaves no part', async () => {
    writeFileSync(at('made.onnx'), 'before')
    const { code, stdout, stderr } = await ran(['model', 'quantize', CREDIT, '--calibrate', calibrate, '--out', at('made.onnx'), '--json'])
    expect(code, stderr).to.equal(0)
    expect(JSON.parse(stdout)).to.include({ out: at('made.onnx') })
    const certified = await ran(['model', 'certify', at('made.onnx'), '--classes', 'tf32, fp16', '--json', '--out', at('made.json')])
    expect(Object.keys(JSON.parse(certified.stdout))).to.deep.equal(['orderFree', 'providers', 'kernels'])
    expect(JSON.parse(certified.stdout).orderFree).to.equal(true)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).to.deep.equal([])
  })
})
