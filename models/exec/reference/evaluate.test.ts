import { describe, it } from 'node:test'
import { expect } from 'chai'
import { blockCount, product } from '../../ir/types.ts'
import { bitsOf } from '../../numerics/bits.ts'
import { readLane, writeLane } from './buffer.ts'
import { evaluateBlock, evaluateElement, evaluateResult, runningTotals } from './evaluate.ts'
import { bufferReader, execute } from './execute.ts'
import { axis, code, kernel, load, program, sampleImage, sampleNetwork } from './sample.ts'

describe('evaluation of one element', () => {
  const net = sampleNetwork()
  const inputs = [sampleImage(3)]
  const buffers = execute(net, inputs)
  const read = bufferReader(net, inputs, buffers)

  it('gives every lane of an execution, at once and transition by transition', () => {
    net.kernels.forEach((each, index) => {
      for (let element = 0; element < product(each.shape); element++) {
        const lane = readLane(each.storeType, buffers[index]!, element)
        expect(evaluateElement(net, read, index, element)).to.equal(lane)
        if (!each.reduce) {
          expect(evaluateResult(net, read, index, element, 0)).to.equal(lane)
          continue
        }
        const totals = runningTotals(net, read, index, element)
        expect(totals.length).to.equal(blockCount(each))
        totals.forEach((total, block) => {
          expect(evaluateBlock(net, read, index, element, block, totals[block - 1] ?? 12345)).to.equal(total)
        })
        expect(evaluateResult(net, read, index, element, totals.at(-1)!)).to.equal(lane)
      }
    })
  })

  it('takes totals as bits and starts block 0 at the identity', () => {
    const sum = kernel({
      shape: [1],
      reduce: { op: 'sum', extents: [5], block: 2 },
      loads: [load(0, [axis(5, 1, 0, [1, 1])])],
      term: code('load 0'),
      result: code('fold f32.neg'),
    })
    const small = program([{ type: 'f32', count: 5 }], [], [sum])
    const values = bufferReader(small, [new Uint8Array(Float32Array.of(1, 2, 4, 8, 16).buffer)], [])
    expect([...runningTotals(small, values, 0, 0)]).to.deep.equal([3, 15, 31].map(bitsOf))
    expect(evaluateBlock(small, values, 0, 0, 1, bitsOf(100))).to.equal(bitsOf(112))
    expect(evaluateBlock(small, values, 0, 0, 2, 0x7f800001)).to.equal(0x7fc00000)
    expect(evaluateResult(small, values, 0, 0, bitsOf(5))).to.equal(bitsOf(-5))
    expect(evaluateElement(small, values, 0, 0)).to.equal(bitsOf(-31))
  })

  it('reads and writes lanes of every size', () => {
    const bytes = new Uint8Array(8)
    writeLane('f32', bytes, 1, 0xfedcba98)
    writeLane('f16', bytes, 1, 0x1234)
    writeLane('u8', bytes, 0, 0x1ff)
    expect([...bytes]).to.deep.equal([0xff, 0, 0x34, 0x12, 0x98, 0xba, 0xdc, 0xfe])
    expect([readLane('i32', bytes, 1), readLane('f16', bytes, 1), readLane('i8', bytes, 0)]).to.deep.equal([0xfedcba98, 0x1234, 0xff])
  })

  it('names what does not exist', () => {
    expect(() => evaluateElement(net, read, 6, 0))
      .to.throw('no kernel 6')
      .with.property('code', 'KERNEL_INDEX')
    for (const element of [10, -1, 0.5]) expect(() => evaluateElement(net, read, 3, element)).to.throw('no element')
    expect(() => evaluateBlock(net, read, 3, 0, 4, 0))
      .to.throw('no block 4')
      .with.property('code', 'BLOCK_INDEX')
    expect(() => runningTotals(net, read, 4, 0))
      .to.throw('no reduction')
      .with.property('code', 'NO_FOLD')
    expect(() => evaluateElement(net, () => new Uint8Array(3), 3, 0)).to.throw('must have 256 bytes, got 3')
  })
})
