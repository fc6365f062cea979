import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'

const DIGITS = 'models/zoo/digits/digits.onnx'
const KEY = `0x${'11'.repeat(32)}`

describe('what goes wrong is one typed line', { concurrency: 3 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-cli-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const digits = readFileSync(DIGITS)
  const unknownOperator = encodeModel({
    name: 'telepathy',
    inputs: [{ name: 'x', type: 'f32', shape: [4] }],
    outputs: [{ name: 'y', type: 'f32', shape: [4] }],
    nodes: [{ op: 'Telepathy', inputs: ['x'], outputs: ['y'] }],
  })
  /** A NumPy file of 64 zeros, of a shape that is not the model's. */
  const wrongShape = (): Uint8Array => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (64,), }".padEnd(117, ' ')
    const head = new Uint8Array([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0])
    return Buffer.concat([head, new TextEncoder().encode(`${header}\n`), new Uint8Array(256)])
  }

  const cases: readonly (readonly [string, string, () => readonly string[], Record<string, string>?])[] = [
    ['a file that is not there', 'FILE_MISSING', () => ['model', 'compile', join(folder, 'absent.onnx')]],
    ['a folder for a file', 'FILE_UNUSABLE', () => ['model', 'compile', folder]],
    ['an ONNX file cut short', 'TRUNCATED_FILE', () => ['model', 'compile', file('cut.onnx', digits.subarray(0, 5000))]],
    ['an ONNX file of noise', 'MALFORMED_FILE', () => ['model', 'compile', file('noise.onnx', new Uint8Array(999).fill(0x97))]],
    ['an empty file', 'NOT_ONNX', () => ['model', 'show', file('empty.onnx', '')]],
    ['an operator outside the table', 'UNSUPPORTED_OPERATOR', () => ['model', 'compile', file('telepathy.onnx', unknownOperator)]],
    ['a damaged program file', 'PROGRAM_FILE', () => ['model', 'show', file('damaged.opine', 'OPINEPRG....')]],
    ['an input that is not given', 'INPUT_MISSING', () => ['model', 'run', DIGITS]],
    ['an input that the model does not have', 'INPUT_UNKNOWN', () => ['model', 'run', DIGITS, '--input', `picture=${DIGITS}`]],
    ['an input too short', 'INPUT_LENGTH', () => ['model', 'run', DIGITS, '--input', `image=${file('short.bin', new Uint8Array(255))}`]],
    [
      'an input with a number too many',
      'INPUT_LENGTH',
      () => ['model', 'run', DIGITS, '--input', `image=${file('long.json', JSON.stringify(new Array(65).fill(0)))}`],
    ],
    [
      'an input that is no list of numbers',
      'INPUT_JSON',
      () => ['model', 'run', DIGITS, '--input', `image=${file('words.json', '["a"]')}`],
    ],
    ['an input of another shape', 'INPUT_SHAPE', () => ['model', 'run', DIGITS, '--input', `image=${file('flat.npy', wrongShape())}`]],
    [
      'an array file of noise',
      'NPY_MALFORMED',
      () => ['model', 'run', DIGITS, '--input', `image=${file('noise.npy', 'noise, noise, noise')}`],
    ],
    ['a dimension that is none', 'DIM_VALUE', () => ['model', 'compile', DIGITS, '--dim', 'batch=-1']],
    ['a flag that does not exist', 'USAGE', () => ['model', 'run', DIGITS, '--fast']],
    ['a seed that is no number', 'USAGE', () => ['model', 'run', DIGITS, '--random', 'seven']],
    ['a command that does not exist', 'USAGE', () => ['predict']],
    ['no command', 'USAGE', () => ['model']],
    [
      'a node that does not answer',
      'NODE_UNREACHABLE',
      () => ['deploy', '--rpc', 'http://127.0.0.1:9', '--out', join(folder, 'out.json')],
      { OPINE_KEY: KEY },
    ],
    ['an address that is none', 'RPC_URL', () => ['deploy', '--rpc', 'localhost', '--out', join(folder, 'out.json')], { OPINE_KEY: KEY }],
  ]
  for (const [what, code, args, env] of cases) {
    it(`${what}: ${code}`, async () => {
      const { code: exit, stdout, stderr } = await opine(args(), env)
      expect(stderr).to.match(new RegExp(`^error ${code}: [^\\n]+\\n$`))
      expect(stdout).to.equal('')
      expect(exit).to.equal(1)
    })
  }
})
