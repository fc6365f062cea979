import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { decodeModel } from './decode.ts'
import { decodeTensor } from './decode-tensor.ts'
import { ELEMENT_TYPES, type ElementType } from './types.ts'
import { wholeFile } from './wire.ts'
import { MessageWriter } from './writer.ts'

type Entries = Readonly<Record<string, string>>

/** A float tensor of two elements whose data is where `entries` say. */
function tensorMessage(entries: Entries): MessageWriter {
  const message = new MessageWriter().integer(1, 2).integer(2, 1).text(8, 'w')
  for (const [key, value] of Object.entries(entries)) message.message(13, new MessageWriter().text(1, key).text(2, value))
  return message.integer(14, 1)
}

const modelFile = (entries: Entries): Uint8Array =>
  new MessageWriter()
    .integer(1, 8)
    .message(7, new MessageWriter().text(2, 'g').message(5, tensorMessage(entries)))
    .message(8, new MessageWriter().integer(2, 17))
    .finish()

const DATA = new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer)

function read(entries: Entries, asked: string[] = []): number[] | string {
  try {
    const { graph } = decodeModel(modelFile(entries), (location) => {
      asked.push(location)
      return DATA
    })
    return [...new Float32Array(graph.initializers[0]!.data.slice().buffer)]
  } catch (error) {
    if (error instanceof OpineError) return error.code
    throw error
  }
}

describe('tensors in other files', () => {
  it('are read from where the model says', () => {
    const asked: string[] = []
    expect(read({ location: 'weights/w.bin', offset: '4', length: '8' }, asked)).to.deep.equal([2, 3])
    expect(read({ location: 'w.bin', offset: '8' }, asked)).to.deep.equal([3, 4])
    expect(asked).to.deep.equal(['weights/w.bin', 'w.bin'])
    expect(read({ location: 'w.bin', length: '8', checksum: 'ab' })).to.deep.equal([1, 2])
  })

  it('never from outside of the model folder', () => {
    for (const location of ['', '/etc/passwd', '../w.bin', 'a/../../w.bin', '..', '\\\\host\\w', 'C:\\w.bin', 'a\\..\\b', 'w\u0000.bin']) {
      const asked: string[] = []
      expect(read({ location }, asked), location).to.equal('EXTERNAL_PATH')
      expect(asked).to.have.length(0)
    }
    expect(read({ offset: '0' })).to.equal('EXTERNAL_PATH')
  })

  it('nor beyond the file, nor without files at all', () => {
    expect(read({ location: 'w.bin', offset: '12', length: '8' })).to.equal('EXTERNAL_DATA')
    expect(read({ location: 'w.bin', offset: '99' })).to.equal('EXTERNAL_DATA')
    expect(read({ location: 'w.bin', offset: '-4' })).to.equal('EXTERNAL_DATA')
    expect(read({ location: 'w.bin', length: '1e1' })).to.equal('EXTERNAL_DATA')
    expect(read({ location: 'w.bin', length: '12' })).to.equal('TENSOR_LENGTH')
    expect(() => decodeModel(modelFile({ location: 'w.bin' })))
      .to.throw(OpineError)
      .with.property('code', 'EXTERNAL_DATA')
  })
})

describe('typed data of tensors', () => {
  /** `values` in the repeated field of a type: 4 floats, 5 narrow integers, 7 int64, 10 doubles. */
  const typed = (type: ElementType, field: number, values: readonly number[]): Uint8Array => {
    const message = new MessageWriter().integer(1, values.length).integer(2, ELEMENT_TYPES[type].code)
    if (field === 4) message.bytes(4, new Uint8Array(Float32Array.from(values).buffer))
    else if (field === 10) message.bytes(10, new Uint8Array(Float64Array.from(values).buffer))
    else for (const value of values) message.integer(field, value)
    return decodeTensor(wholeFile(message.finish())).data.slice()
  }

  it('is little-endian elements whatever field holds it', () => {
    expect([...new Float32Array(typed('f32', 4, [1.5, -2]).buffer)]).to.deep.equal([1.5, -2])
    expect([...new Float64Array(typed('f64', 10, [1.5, -2]).buffer)]).to.deep.equal([1.5, -2])
    // Halves come as their bits.
    expect([...new Float16Array(typed('f16', 5, [0x3c00, 0xc000]).buffer)]).to.deep.equal([1, -2])
    expect([...new Int32Array(typed('i32', 5, [-5, 2 ** 31 - 1]).buffer)]).to.deep.equal([-5, 2 ** 31 - 1])
    expect([...new Int8Array(typed('i8', 5, [-128, 127]).buffer)]).to.deep.equal([-128, 127])
    expect([...typed('u8', 5, [0, 255])]).to.deep.equal([0, 255])
    expect([...typed('bool', 5, [1, 0])]).to.deep.equal([1, 0])
    expect([...new BigInt64Array(typed('i64', 7, [-1, 2 ** 40]).buffer)]).to.deep.equal([-1n, 2n ** 40n])
  })
})
