import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { axis, code, floats, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

const DIGITS = 'models/zoo/digits/digits.onnx'

describe('opine model certify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-certify-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const exact = join(folder, 'exact.opine')
  const file = join(folder, 'exact.certificate.json')

  before(() => {
    const sum = kernel({
      shape: [1],
      reduce: { op: 'sum', extents: [4], block: 4 },
      loads: [load(0, [axis(4, 1, 0, [1, 1])]), load(1, [axis(4, 1, 0, [1, 1])])],
      term: code('load 0 f32.from_i32 load 1 f32.mul'),
      result: code('fold'),
    })
    const net = program([{ type: 'u8', count: 4 }], [floats([301, -2, 5, 7])], [sum])
    const port = (name: string, type: 'u8' | 'f32', shape: number[]) => ({ name, type, shape })
    writeFileSync(exact, encodeProgramFile(net, { inputs: [port('x', 'u8', [4])], outputs: [port('y', 'f32', [1])] }))
  })

  it('prints a table, writes the certificate and derives it again', async () => {
    const { code: status, stdout } = await opine(['model', 'certify', exact, '--classes', 'tf32,f32', '--require', '--out', file])
    expect(status).to.equal(0)
    expect(stdout).to.match(/^k0 .* order-free +f32 tf32 fp16 +79,815 +2\^0 +7\.71 bits/m)
    expect(stdout).to.contain('order-free    yes: all 1 of 1 kernels, in 1 sub-graphs')
    const certificate = JSON.parse(readFileSync(file, 'utf8'))
    const again = await opine(['model', 'certify', exact, '--check', file, '--json'])
    const { orderFree, providers, kernels } = certificate
    expect(JSON.parse(again.stdout)).to.deep.equal({ orderFree, providers, kernels })
    expect(certificate).to.deep.include({ orderFree: true, demanded: ['f32', 'tf32'], providers: ['f32', 'tf32', 'fp16'] })
  })

  it('ends badly where that is asked for, with the first kernel and what would help', async () => {
    const narrow = await opine(['model', 'certify', exact, '--classes', 'bf16', '--require'])
    expect(narrow.code).to.equal(1)
    expect(narrow.stderr).to.match(/^error NOT_ORDER_FREE: .*kernel 0.*WIDTH: .*take 1 bits off it/)
    const float = await opine(['model', 'certify', DIGITS])
    expect(float.code).to.equal(0)
    expect(float.stdout).to.contain('order-free    no: 0 of')
    expect(float.stdout).to.contain('k0: UNBOUNDED: channel 0 calculates with input 0')
  })

  it('refuses a certificate of another program, a forged one, and classes that there are not', async () => {
    const other = await opine(['model', 'certify', DIGITS, '--check', file])
    expect(other.stderr).to.match(/^error CERTIFICATE_PROGRAM: /)
    const forged = join(folder, 'forged.json')
    writeFileSync(forged, readFileSync(file, 'utf8').replace('79815', '79816'))
    expect((await opine(['model', 'certify', exact, '--check', forged])).stderr).to.match(/^error CERTIFICATE_WRONG: /)
    expect((await opine(['model', 'certify', exact, '--classes', 'fp8'])).stderr).to.match(/^error USAGE: .*no provider class "fp8"/)
  })
})
