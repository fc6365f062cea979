import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import { readInput } from '@opine/cli/model/input-file.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Port } from '@opine/models/ir/types.ts'
import { encodeModel, packTensor, type TensorSource } from '@opine/models/onnx/encode.ts'
import { ELEMENT_TYPES } from '@opine/models/onnx/types.ts'
import { MessageWriter } from '@opine/models/onnx/writer.ts'
import { expect } from 'chai'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import { opine } from '../support/opine.ts'

/** A NumPy array file. */
function npy(descr: string, shape: readonly number[], data: ArrayBufferView): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.map((extent) => `${extent},`).join(' ')}), }`.padEnd(
    117,
    ' ',
  )
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]),
    Buffer.from(`${header}\n`),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ])
}

const words = (...fields: readonly (readonly [size: 2 | 4, value: number])[]): Buffer =>
  Buffer.concat(
    fields.map(([size, value]) => {
      const bytes = Buffer.alloc(size)
      if (size === 2) bytes.writeUInt16LE(value)
      else bytes.writeUInt32LE(value)
      return bytes
    }),
  )

/** A ZIP archive, its entries deflated. */
function zip(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const [bodies, directory]: Buffer[][] = [[], []]
  let at = 0
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content)
    const common = words(
      [2, 20],
      [2, 0],
      [2, 8],
      [4, 0],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, name.length],
      [2, 0],
    )
    const body = Buffer.concat([words([4, 0x04034b50]), common, Buffer.from(name), packed])
    directory!.push(words([4, 0x02014b50], [2, 20]), common, words([2, 0], [2, 0], [2, 0], [4, 0], [4, at]), Buffer.from(name))
    bodies!.push(body)
    at += body.length
  }
  const listed = Buffer.concat(directory!)
  const count = Object.keys(files).length
  return Buffer.concat([
    ...bodies!,
    listed,
    words([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, listed.length], [4, at], [2, 0]),
  ])
}

function tensorFile(source: TensorSource): Uint8Array {
  const { name, type, shape, data } = packTensor(source)
  const message = new MessageWriter()
  for (const extent of shape) message.integer(1, extent)
  return message.integer(2, ELEMENT_TYPES[type].code).text(8, name).bytes(9, data).finish()
}

const X: Port = { name: 'x', type: 'f32', shape: [2, 3] }
const TOKENS: Port = { name: 'tokens', type: 'i32', shape: [3] }
const VALUES = [1, -2, 0.5, 4, 5, -6]

describe('inputs from files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-inputs-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const save = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const floats = (bytes: Uint8Array): number[] => [...new Float32Array(bytes.slice().buffer)]
  const ints = (bytes: Uint8Array): number[] => [...new Int32Array(bytes.slice().buffer)]
  const codeOf = (port: Port, path: string): string => {
    try {
      readInput(port, path)
      return 'none'
    } catch (error) {
      if (error instanceof OpineError) return error.code
      throw error
    }
  }
  const array = npy('<f4', [2, 3], Float32Array.from(VALUES))

  it('are the same from every format', () => {
    const files = [
      save('x.json', JSON.stringify([VALUES.slice(0, 3), VALUES.slice(3)])),
      save('x.npy', array),
      save('both.npz', zip({ 'other.npy': npy('<i8', [1], BigInt64Array.of(1n)), 'x.npy': array })),
      save('only.npz', zip({ 'arr_0.npy': array })),
      save('x.pb', tensorFile({ name: 'anything', type: 'f32', shape: [2, 3], data: VALUES })),
      save('x.bin', new Uint8Array(Float32Array.from(VALUES).buffer)),
    ]
    for (const file of files) expect(floats(readInput(X, file)), file).to.deep.equal(VALUES)
  })

  it('may be 64-bit integers that fit 32 bits', () => {
    const good = save('tokens.npy', npy('<i8', [3], BigInt64Array.of(-(2n ** 31n), 7n, 2n ** 31n - 1n)))
    expect(ints(readInput(TOKENS, good))).to.deep.equal([-(2 ** 31), 7, 2 ** 31 - 1])
    const wide = [1, 2 ** 31, 3]
    expect(codeOf(TOKENS, save('wide.npy', npy('<i8', [3], BigInt64Array.from(wide, BigInt))))).to.equal('INPUT_VALUE')
    expect(codeOf(TOKENS, save('wide.pb', tensorFile({ name: 't', type: 'i64', shape: [3], data: wide })))).to.equal('INPUT_VALUE')
    expect(codeOf(TOKENS, save('wide.json', JSON.stringify(wide)))).to.equal('INPUT_VALUE')
    expect(codeOf(TOKENS, save('half.json', '[1, 2.5, 3]'))).to.equal('INPUT_VALUE')
  })

  it('must have the type, shape and name of the input', () => {
    expect(codeOf(X, save('ints.pb', tensorFile({ name: 'x', type: 'i32', shape: [2, 3], data: VALUES.map(Math.trunc) })))).to.equal(
      'INPUT_TYPE',
    )
    expect(codeOf(X, save('long.pb', tensorFile({ name: 'x', type: 'f32', shape: [3, 2], data: VALUES })))).to.equal('INPUT_SHAPE')
    expect(codeOf(X, save('double.npy', npy('<f8', [2, 3], Float64Array.from(VALUES))))).to.equal('NPY_UNSUPPORTED')
    expect(codeOf(X, save('strange.npz', zip({ 'a.npy': array, 'b.npy': array })))).to.equal('INPUT_UNKNOWN')
    expect(codeOf(X, save('cut.pb', tensorFile({ name: 'x', type: 'f32', shape: [2, 3], data: VALUES }).subarray(0, 20)))).to.equal(
      'TRUNCATED_FILE',
    )
  })

  it('may be damaged, which is one typed error', () => {
    const archive = zip({ 'x.npy': array })
    for (let bit = 0; bit < archive.length * 8; bit += 1) {
      const damaged = Buffer.from(archive)
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(codeOf(X, save('damaged.npz', damaged))).to.be.oneOf(['none', 'ZIP_MALFORMED', 'INPUT_UNKNOWN'])
    }
    for (let length = 0; length < archive.length; length += 7) {
      expect(codeOf(X, save('short.npz', archive.subarray(0, length)))).to.equal('ZIP_MALFORMED')
    }
  })

  describe('pictures', () => {
    const rgb: Port = { name: 'image', type: 'f32', shape: [1, 3, 2, 3] }
    const pixels = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [51, 51, 51],
      [0, 0, 0],
      [255, 255, 255],
    ] as const
    const png = new PNG({ width: 3, height: 2 })
    png.data.set(pixels.flatMap((pixel) => [...pixel, 255]))
    const picture = PNG.sync.write(png)

    it('become channels of 0 .. 1, or what a scale says', () => {
      const path = save('p.png', picture)
      const channels = [0, 1, 2].flatMap((channel) => pixels.map((pixel) => pixel[channel]!))
      expect(floats(readInput(rgb, path))).to.deep.equal(channels.map((byte) => Math.fround(byte / 255)))
      expect(floats(readInput(rgb, path, { factor: 1 / 128, offset: -127 / 128 }))).to.deep.equal(
        channels.map((byte) => (byte - 127) / 128),
      )
      expect([...readInput({ ...rgb, type: 'u8' }, path)]).to.deep.equal(channels)
      const grey = floats(readInput({ ...rgb, shape: [1, 1, 2, 3] }, path, { factor: 1, offset: 0 }))
      expect(grey).to.deep.equal([76.245, 149.685, 29.07, 51, 0, 255].map(Math.fround))
    })

    it('of JPEG nearly so', () => {
      const data = Buffer.alloc(8 * 8 * 4, 255)
      for (let pixel = 0; pixel < 64; pixel += 1) data.set([200, 100, 50], 4 * pixel)
      const path = save('p.jpg', jpeg.encode({ width: 8, height: 8, data }, 95).data)
      const values = floats(readInput({ name: 'image', type: 'f32', shape: [1, 3, 8, 8] }, path, { factor: 1, offset: 0 }))
      for (const [element, value] of values.entries()) expect(value).to.be.closeTo([200, 100, 50][element >> 6]!, 4)
      expect(codeOf({ ...rgb, shape: [1, 3, 8, 9] }, path)).to.equal('INPUT_SHAPE')
    })

    it('of another size, for other inputs, or damaged, are refused', () => {
      expect(codeOf({ ...rgb, shape: [1, 3, 3, 2] }, save('p.png', picture))).to.equal('INPUT_SHAPE')
      expect(codeOf({ ...rgb, shape: [1, 18] }, save('p.png', picture))).to.equal('INPUT_SHAPE')
      expect(codeOf({ ...rgb, shape: [1, 2, 2, 3] }, save('p.png', picture))).to.equal('INPUT_SHAPE')
      for (let length = 0; length < picture.length - 12; length += 5) {
        expect(codeOf(rgb, save('cut.png', picture.subarray(0, length))), String(length)).to.equal('IMAGE_MALFORMED')
      }
      expect(codeOf(rgb, save('noise.jpg', 'no picture'))).to.equal('IMAGE_MALFORMED')
    })
  })

  it('reach the model by the command, with constants and dimensions', async () => {
    const model = save(
      'model.onnx',
      encodeModel({
        name: 'scaled',
        inputs: [
          { name: 'x', type: 'f32', shape: ['rows', 3] },
          { name: 'by', type: 'f32', shape: [] },
          { name: 'keep', type: 'bool', shape: [1] },
        ],
        outputs: [{ name: 'y', type: 'f32', shape: null }],
        nodes: [
          { op: 'Mul', inputs: ['x', 'by'], outputs: ['scaled'] },
          { op: 'Where', inputs: ['keep', 'scaled', 'x'], outputs: ['y'] },
        ],
      }),
    )
    const run = (...args: string[]) => opine(['model', 'run', model, '--dim', 'rows=2', '--set', 'by=2.5', ...args, '--json'])
    const arrays = save('in.npz', zip({ 'x.npy': array, 'unused.npy': array }))
    const { code, stdout, stderr } = await run('--set', 'keep=true', '--input', arrays)
    expect(code, stderr).to.equal(0)
    expect((JSON.parse(stdout) as { outputs: { values: number[] }[] }).outputs[0]!.values).to.deep.equal(VALUES.map((value) => value * 2.5))
    const failures = await Promise.all([
      run('--set', 'keep=2', '--input', arrays),
      run('--set', 'nothing=1', '--input', arrays),
      run('--set', 'keep=yes', '--input', arrays),
      run('--dim', 'columns=2', '--input', arrays),
      run('--input', 'x.bin'),
    ])
    const codes = failures.map((failure) => /^error (\w+):/.exec(failure.stderr)?.[1])
    expect(codes).to.deep.equal(['INPUT_VALUE', 'INPUT_UNKNOWN', 'INPUT_JSON', 'DIM_UNUSED', 'INPUT_UNKNOWN'])
  })

  it('external data is read beside the model and nowhere else', async () => {
    const entry = (key: string, value: string) => new MessageWriter().text(1, key).text(2, value)
    const modelAt = (name: string, location: string): string => {
      const weights = new MessageWriter().integer(1, 3).integer(2, 1).text(8, 'w').message(13, entry('location', location)).integer(14, 1)
      const port = (name: string) => {
        const extents = new MessageWriter().message(1, new MessageWriter().integer(1, 3))
        const type = new MessageWriter().message(1, new MessageWriter().integer(1, 1).message(2, extents))
        return new MessageWriter().text(1, name).message(2, type)
      }
      const node = new MessageWriter().text(1, 'x').text(1, 'w').text(2, 'y').text(4, 'Add')
      const graph = new MessageWriter().message(1, node).text(2, 'g').message(5, weights).message(11, port('x')).message(12, port('y'))
      return save(name, new MessageWriter().integer(1, 8).message(7, graph).message(8, new MessageWriter().integer(2, 17)).finish())
    }
    save('weights.bin', new Uint8Array(Float32Array.of(10, 20, 30).buffer))
    const input = save('three.json', '[1, 2, 3]')
    const good = await opine(['model', 'run', modelAt('good.onnx', 'weights.bin'), '--input', input, '--json'])
    expect(good.code, good.stderr).to.equal(0)
    expect((JSON.parse(good.stdout) as { outputs: { values: number[] }[] }).outputs[0]!.values).to.deep.equal([11, 22, 33])
    const outside = await opine(['model', 'compile', modelAt('bad.onnx', '../weights.bin')])
    expect(outside.stderr).to.match(/^error EXTERNAL_PATH: /)
    symlinkSync('/etc/hostname', join(folder, 'link.bin'))
    const linked = await opine(['model', 'compile', modelAt('linked.onnx', 'link.bin')])
    expect(linked.stderr).to.match(/^error EXTERNAL_PATH: /)
    const missing = await opine(['model', 'compile', modelAt('missing.onnx', 'absent.bin')])
    expect(missing.stderr).to.match(/^error FILE_MISSING: /)
    const compared = await opine(['model', 'compare', join(folder, 'good.onnx'), '--json'])
    expect(compared.code, compared.stdout).to.equal(0)
  })
})
