import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { readExamples } from '@opine/cli/quantize/examples.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Port } from '@opine/models/ir/types.ts'
import { expect } from 'chai'

const PICTURE: Port = { name: 'x', type: 'f32', shape: [1, 2, 2] }
const RATE: Port = { name: 'rate', type: 'i32', shape: [1] }

function codeOf(run: () => unknown): string {
  try {
    run()
    return 'none'
  } catch (error) {
    return error instanceof OpineError ? error.code : String(error)
  }
}

/** A NumPy file of float32. */
function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((extent) => `${extent},`).join(' ')}), }`.padEnd(117, ' ')
  const head = Buffer.concat([Uint8Array.of(0x93), Buffer.from('NUMPY'), Uint8Array.of(1, 0, 118, 0), Buffer.from(`${header}\n`)])
  return Buffer.concat([head, new Uint8Array(Float32Array.from(values).buffer)])
}

describe('a folder of examples', () => {
  const root = mkdtempSync(join(tmpdir(), 'opine-examples-'))
  after(() => rmSync(root, { recursive: true, force: true }))
  /** A folder with these files. */
  const folder = (name: string, files: Readonly<Record<string, string | Uint8Array>>): string => {
    mkdirSync(join(root, name))
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(root, name, path, '..'), { recursive: true })
      writeFileSync(join(root, name, path), content)
    }
    return join(root, name)
  }
  const values = (path: string, ports: readonly Port[] = [PICTURE], room?: number): unknown =>
    readExamples(path, ports, { fed: ['x', 'rate'], ...(room === undefined ? {} : { room }) }).examples.map((example) =>
      Array.from(example, (bytes, at) => [...(ports[at]!.type === 'f32' ? new Float32Array(bytes.slice().buffer) : bytes)]),
    )
  const code = (path: string, ports: readonly Port[] = [PICTURE]): string => codeOf(() => values(path, ports))

  it('is read as files, stacks and classes; hidden files and models are left out', () => {
    const files = { 'a.json': '[[1,2],[3,4]]', 'b.npy': npy([2, 2], [5, 6, 7, 8]), '.DS_Store': 'x', 'model.onnx': 'x' }
    expect(values(folder('files', files))).to.deep.equal([[[1, 2, 3, 4]], [[5, 6, 7, 8]]])
    const stack = folder('stack', { 'all.npy': npy([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]) })
    expect(values(stack)).to.deep.equal([[[1, 2, 3, 4]], [[5, 6, 7, 8]]])
    expect(readExamples(stack, [PICTURE], { fed: ['x'] }).sources).to.deep.equal([`${stack}/all.npy[0]`, `${stack}/all.npy[1]`])
    expect(values(folder('classes', { 'cat/1.json': '[1,2,3,4]', 'dog/1.json': '[5,6,7,8]' }))).to.have.lengthOf(2)
    const sets = folder('sets', { 'test_data_set_0/x.json': '[1,2,3,4]', 'test_data_set_0/rate.json': '16000' })
    expect(values(sets, [PICTURE, RATE])).to.deep.equal([
      [
        [1, 2, 3, 4],
        [128, 62, 0, 0],
      ],
    ])
  })

  it('is read again where memory has no room for it', () => {
    const path = folder('large', { 'a.json': '[1,2,3,4]', 'b.json': '[5,6,7,8]' })
    expect(values(path, [PICTURE], 16)).to.deep.equal(values(path))
    const { examples } = readExamples(path, [PICTURE], { fed: ['x'], room: 16 })
    rmSync(join(path, 'b.json'))
    expect([...examples[0]![0]!]).to.have.lengthOf(16)
    expect(codeOf(() => examples[1]![0])).to.equal('FILE_MISSING')
  })

  it('is refused with one typed error for what cannot be an example', () => {
    expect(code(folder('nan', { 'a.npy': npy([1, 2, 2], [1, Number.NaN, 3, 4]) }))).to.equal('CALIBRATION_VALUE')
    expect(code(folder('infinite', { 'a.npy': npy([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 1 / 0]) }))).to.equal('CALIBRATION_VALUE')
    expect(code(folder('other', { 'a.npy': npy([4], [1, 2, 3, 4]) }))).to.equal('INPUT_SHAPE')
    expect(code(folder('none', { 'a.npy': npy([0, 2, 2], []) }))).to.equal('INPUT_SHAPE')
    expect(code(folder('cut', { 'a.npy': npy([3, 2, 2], [1, 2, 3, 4]) }))).to.equal('INPUT_LENGTH')
    expect(code(folder('readme', { 'README.md': 'pictures' }))).to.equal('INPUT_LENGTH')
    expect(code(folder('pb', { 'a.pb': '' }))).to.equal('UNSUPPORTED_TYPE')
    expect(code(folder('hidden', { '.keep': '' }))).to.equal('CALIBRATION_EMPTY')
    expect(code(folder('two', { 'a.json': '[1,2,3,4]' }), [PICTURE, RATE])).to.equal('INPUT_MISSING')
    expect(code(join(root, 'two', 'a.json'))).to.equal('FILE_UNUSABLE')
    symlinkSync(join(root, 'nowhere'), join(folder('dangling', {}), 'a.json'))
    expect(code(join(root, 'dangling'))).to.equal('FILE_MISSING')
    symlinkSync('a.json', join(folder('circle', {}), 'a.json'))
    expect(code(join(root, 'circle'))).to.equal('FILE_UNUSABLE')
    execFileSync('mkfifo', [join(folder('pipe', {}), 'a.json')])
    expect(code(join(root, 'pipe'))).to.equal('FILE_UNUSABLE')
  })
})
