import { describe, it } from 'node:test'
import { expect } from 'chai'
import { FunctionBuilder, signed, unsigned } from './assembler.ts'
import { functionsOf, memoryOf, moduleOf } from './engine.ts'
import { encodeModule } from './module.ts'

describe('the assembler', () => {
  it('writes numbers in LEB128 as the WebAssembly specification has them', () => {
    expect(unsigned(0)).to.deep.equal([0])
    expect(unsigned(127)).to.deep.equal([0x7f])
    expect(unsigned(624485)).to.deep.equal([0xe5, 0x8e, 0x26])
    expect(unsigned(0xffffffff)).to.deep.equal([0xff, 0xff, 0xff, 0xff, 0x0f])
    expect(signed(-1)).to.deep.equal([0x7f])
    expect(signed(64)).to.deep.equal([0xc0, 0x00])
    expect(signed(-123456)).to.deep.equal([0xc0, 0xbb, 0x78])
    expect(signed(-0x80000000)).to.deep.equal([0x80, 0x80, 0x80, 0x80, 0x78])
  })

  it('writes functions that an engine runs, constants of all sizes in them', () => {
    const code = new FunctionBuilder(1)
    const values = [0, 1, -1, 63, 64, -64, -65, 8191, -8193, 0x7fffffff, -0x80000000]
    values.forEach((value, at) => {
      code.get(0)
      code.int(value)
      code.memory('i32.store', 4 * at)
    })
    const memory = memoryOf(1)
    const functions = functionsOf(moduleOf(encodeModule([{ params: 1, code: code.finish() }])), memory)
    ;(functions['0'] as (at: number) => void)(64)
    expect([...new Int32Array(memory.buffer, 64, values.length)]).to.deep.equal(values)
  })
})
