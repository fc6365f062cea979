import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { encodeModel, packTensor, type TensorSource } from '@opine/models/onnx/encode.ts'
import { ELEMENT_TYPES } from '@opine/models/onnx/types.ts'
import { MessageWriter } from '@opine/models/onnx/writer.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'
import { sharedFile } from '../support/shared.ts'

type Report = {
  readonly passed: number
  readonly failed: number
  readonly unsupported: number
  readonly operators: readonly { operator: string; passed: number; failed: number; unsupported: number; reasons: string[] }[]
  readonly failures: readonly { suite: string; test: string; operators: string[]; difference: number | null }[]
}

/** A TensorProto file. */
function tensorFile(source: TensorSource): Uint8Array {
  const { name, type, shape, data } = packTensor(source)
  const message = new MessageWriter()
  for (const extent of shape) message.integer(1, extent)
  return message.integer(2, ELEMENT_TYPES[type].code).text(8, name).bytes(9, data).finish()
}

const vector = (name: string, data: readonly number[], type: 'f32' | 'i32' = 'f32'): TensorSource => ({ name, type, shape: [2], data })

describe('opine model conformance', { concurrency: 2 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-conformance-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const entries: object[] = []

  function addCase(test: string, op: string, input: TensorSource, output: TensorSource): void {
    const data = join(folder, 'own', test, 'test_data_set_0')
    mkdirSync(data, { recursive: true })
    const model = encodeModel({
      name: test,
      inputs: [{ name: 'x', type: input.type, shape: [2] }],
      outputs: [{ name: 'y', type: output.type, shape: null }],
      nodes: [{ op, inputs: ['x'], outputs: ['y'] }],
    })
    writeFileSync(join(folder, 'own', test, 'model.onnx'), model)
    writeFileSync(join(data, 'input_0.pb'), tensorFile(input))
    writeFileSync(join(data, 'output_0.pb'), tensorFile(output))
    entries.push({ suite: 'own', test, ops: [op], rtol: 1e-3, atol: 1e-7, onnxruntime: 'pass' })
  }
  addCase('relu', 'Relu', vector('x', [-1, 2]), vector('y', [0, 2]))
  addCase('neg', 'Neg', vector('x', [-1, 2000]), vector('y', [1, -2001]))
  addCase('wrong', 'Neg', vector('x', [-1, 2]), vector('y', [1, -2.5]))
  addCase('integers', 'Neg', vector('x', [-1, 20000], 'i32'), vector('y', [1, -20001], 'i32'))
  addCase('telepathy', 'Telepathy', vector('x', [-1, 2]), vector('y', [0, 2]))
  writeFileSync(join(folder, 'index.json'), JSON.stringify(entries))

  it('counts what passes, what is wrong and what is refused, and fails on the wrong', async () => {
    const { code, stdout } = await opine(['model', 'conformance', folder, '--json'])
    expect(code).to.equal(1)
    const report = JSON.parse(stdout) as Report
    expect(Object.keys(report)).to.deep.equal(['passed', 'failed', 'unsupported', 'operators', 'failures'])
    expect([report.passed, report.failed, report.unsupported]).to.deep.equal([2, 2, 1])
    const failures = report.failures.map(({ test, operators, difference }) => ({ test, operators, difference }))
    expect(failures).to.deep.equal([
      { test: 'wrong', operators: ['Neg'], difference: 0.5 },
      { test: 'integers', operators: ['Neg'], difference: 1 },
    ])
    const counts = report.operators.map(({ operator, passed, failed, unsupported }) => [operator, passed, failed, unsupported])
    expect(counts).to.deep.equal([
      ['Neg', 1, 2, 0],
      ['Relu', 1, 0, 0],
      ['Telepathy', 0, 0, 1],
    ])
    expect(report.operators[2]!.reasons[0]).to.match(/^Telepathy: /)
  })

  it('says it in words, each failure with its largest difference', async () => {
    const { code, stdout } = await opine(['model', 'conformance', folder])
    expect(code).to.equal(1)
    expect(stdout).to.match(/^FAILED {2}own\/wrong: .*-2 instead of -2\.5; largest difference 5\.00e-1$/m)
    expect(stdout).to.match(/^2 passed, 2 failed, 1 unsupported; 40\.0 % of 5 cases pass$/m)
  })

  it('refuses a folder without cases', async () => {
    const { code, stderr } = await opine(['model', 'conformance', join(folder, 'own')])
    expect(code).to.equal(1)
    expect(stderr).to.match(/^error FILE_MISSING: /)
    writeFileSync(join(folder, 'own', 'index.json'), '[{"suite": "..", "test": "x", "ops": [], "rtol": 0, "atol": 0}]')
    const hostile = await opine(['model', 'conformance', join(folder, 'own')])
    expect(hostile.stderr).to.match(/^error CONFORMANCE_INDEX: /)
  })

  const index = sharedFile('conformance', 'index.json')
  it('of ONNX itself: at least 93 % pass, none is wrong, and docs/OPERATORS.md says so', { skip: index.skip }, async () => {
    const page = join(folder, 'OPERATORS.md')
    const { code, stdout, stderr } = await opine(['model', 'conformance', dirname(index.path), '--table', page, '--json'])
    expect(code, stderr).to.equal(0)
    const { passed, failed, unsupported } = JSON.parse(stdout) as Report
    expect(failed).to.equal(0)
    expect(passed + unsupported).to.equal(569)
    expect(passed).to.be.at.least(0.93 * 569)
    const kept = readFileSync(join(import.meta.dirname, '../../docs/OPERATORS.md'), 'utf8')
    expect(readFileSync(page, 'utf8'), 'generate it again: the page names the command').to.equal(kept)
  })
})
