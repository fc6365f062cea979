import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { encodeModel, type ModelSource } from '@opine/models/onnx/encode.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

type Model = Readonly<Record<string, unknown>> & { readonly file: string; readonly ok: boolean; readonly error?: string }

const FIELDS = [
  'file',
  'operators',
  'kernels',
  'maxAbsError',
  'scaledError',
  'onnxruntimeMs',
  'ms',
  'ratio',
  'traceBytes',
  'commitMs',
  'programRoot',
  'ok',
]

/** Rows of a table by number, over a batch of unknown size; `rows` counts from either end. */
const TABLE: ModelSource = {
  name: 'table',
  inputs: [{ name: 'rows', type: 'i64', shape: ['batch', 40] }],
  outputs: [{ name: 'y', type: 'f32', shape: null }],
  nodes: [{ op: 'Gather', inputs: ['t', 'rows'], outputs: ['y'] }],
  initializers: [{ name: 't', type: 'f32', shape: [50, 2], data: Array.from({ length: 100 }, (_, i) => i / 8) }],
}

/** Has a shape that must be known while compiling. */
const EXPAND: ModelSource = {
  name: 'expand',
  inputs: [
    { name: 'x', type: 'f32', shape: [1, 'samples'] },
    { name: 'shape', type: 'i64', shape: [2] },
  ],
  outputs: [{ name: 'y', type: 'f32', shape: null }],
  nodes: [{ op: 'Expand', inputs: ['x', 'shape'], outputs: ['y'] }],
}

describe('opine model compare', { concurrency: 2 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-compare-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const good = join(folder, 'good')
  mkdirSync(join(good, 'inner'), { recursive: true })
  copyFileSync('models/zoo/digits/digits.onnx', join(good, 'inner', 'digits.onnx'))
  writeFileSync(join(good, 'table.onnx'), encodeModel(TABLE))
  writeFileSync(join(good, 'readme.txt'), 'no model')

  const compare = async (...args: string[]) => {
    const { code, stdout, stderr } = await opine(['model', 'compare', ...args, '--json'])
    return { code, stderr, models: (JSON.parse(stdout) as { models: Model[] }).models }
  }

  it('draws positions over the whole table and not beyond, through kernels too', () => {
    const { program, interface: ports } = compile(encodeModel(TABLE), { dims: { batch: 25 } })
    const [bytes] = randomInputs(ports.inputs, 1, indexBounds(program))
    const rows = [...new Int32Array(bytes!.slice().buffer)]
    expect([Math.min(...rows), Math.max(...rows)]).to.deep.equal([0, 49])
  })

  it('searches folders, agrees, and says what it chose', async () => {
    const { code, models, stderr } = await compare(good, '--runs', '3', '--threads', '2', '--executor', 'reference')
    expect(code).to.equal(0)
    expect(models.map(({ file }) => file)).to.deep.equal([join(good, 'inner', 'digits.onnx'), join(good, 'table.onnx')])
    for (const model of models) {
      expect(Object.keys(model)).to.deep.equal(FIELDS)
      expect(model.ok).to.equal(true)
      expect(model.scaledError).to.be.within(0, 1e-4)
      for (const field of ['operators', 'kernels', 'onnxruntimeMs', 'ms', 'ratio', 'traceBytes', 'commitMs']) {
        expect(model[field], field).to.be.greaterThan(0)
      }
      expect(model.programRoot).to.match(/^0x[0-9a-f]{64}$/)
    }
    expect(stderr).to.contain('table.onnx: batch = 1')
  })

  it('tells every model and ends with the totals', async () => {
    const { code, stdout } = await opine(['model', 'compare', good])
    expect(code).to.equal(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines).to.have.length(4)
    expect(lines.at(-1)).to.match(/^2 models, 2 ok, 0 failed; 13 operators, \d+ kernels; greatest scaled error /)
  })

  it('takes dimensions and constants where a model has them, and lists what fails', async () => {
    const bad = join(folder, 'bad.onnx')
    writeFileSync(bad, encodeModel({ ...EXPAND, nodes: [{ op: 'Telepathy', inputs: ['x'], outputs: ['y'] }] }))
    const expand = join(folder, 'expand.onnx')
    writeFileSync(expand, encodeModel(EXPAND))
    const { code, models } = await compare(
      bad,
      expand,
      join(good, 'table.onnx'),
      '--set',
      'shape=[2,3]',
      '--dim',
      'samples=3',
      '--dim',
      'batch=2',
    )
    expect(code).to.equal(1)
    expect(models.map(({ ok }) => ok)).to.deep.equal([false, true, true])
    expect(Object.keys(models[0]!)).to.deep.equal([...FIELDS, 'error'])
    expect(models[0]!.error).to.match(/^UNSUPPORTED_OPERATOR: .*Telepathy/)
    // Positions counted from the end are a kernel of their own.
    expect([models[1]!.traceBytes, models[2]!.traceBytes]).to.deep.equal([2 * 3 * 4, 2 * 40 * (2 + 1) * 4])
  })

  it('refuses a path without models', async () => {
    const { code, stderr } = await opine(['model', 'compare', 'docs'])
    expect(code).to.equal(1)
    expect(stderr).to.match(/^error FILE_MISSING: [^\n]+\n$/)
  })
})
