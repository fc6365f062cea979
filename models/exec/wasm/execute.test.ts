import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import type { Program } from '../../ir/types.ts'
import { execute as reference } from '../reference/execute.ts'
import { axis, code, kernel, load, program, sampleImage, sampleNetwork } from '../reference/sample.ts'
import { execute, executeCommitted, executeOutputs, prepare } from './execute.ts'

const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof OpineError) return error.code
    throw error
  }
  return 'nothing was refused'
}

/** Kernels of `count` floats, each the one before it plus 1. */
const chain = (kernels: number, count: number): Program =>
  program(
    [{ type: 'f32', count }],
    [],
    Array.from({ length: kernels }, (_, buffer) =>
      kernel({ shape: [count], loads: [load(buffer, [axis(count, 1, 0, [0, 1])])], result: code('load 0 f32.const 0x3f800000 f32.add') }),
    ),
  )

describe('the WebAssembly executor', () => {
  it('gives the buffers of all kernels, of the committed ones, or of the outputs', () => {
    const network = sampleNetwork()
    const input = [sampleImage(5)]
    const expected = reference(network, input)
    const told: number[] = []
    expect(execute(network, input, (index) => told.push(index))).to.deep.equal(expected)
    expect(told).to.deep.equal([0, 1, 2, 3, 4, 5])
    const committed = expected.map((bytes, index) => (network.places[index]!.committed ? bytes : null))
    expect(committed).to.include(null)
    expect(executeCommitted(network, input)).to.deep.equal(committed)
    expect(executeOutputs(network, input)).to.deep.equal([expected[4], expected[5]])
  })

  it('compiles a program once, and one run leaves nothing for the next', () => {
    const network = sampleNetwork()
    expect(prepare(network, 'trace')).to.equal(prepare(network, 'trace'))
    const first = execute(network, [sampleImage(1)])
    const kept = first.map((bytes) => Uint8Array.from(bytes))
    expect(execute(network, [sampleImage(2)])).to.deep.equal(reference(network, [sampleImage(2)]))
    expect(first, 'what was given out').to.deep.equal(kept)
    expect(execute(network, [sampleImage(1)])).to.deep.equal(kept)
  })

  it('needs memory for two buffers of a chain, where a trace keeps them all', () => {
    const long = chain(20, 4096)
    expect(prepare(long, 'outputs').bytes).to.be.below(4 * 4 * 4096)
    expect(prepare(long, 'trace').bytes).to.be.above(20 * 4 * 4096)
    const input = [new Uint8Array(4 * 4096)]
    expect(executeOutputs(long, input)[0]).to.deep.equal(reference(long, input)[19])
  })

  it('refuses by name wrong inputs, loads outside their buffers, and what does not fit into 4 GiB', () => {
    const network = sampleNetwork()
    expect(refusal(() => execute(network, []))).to.equal('INPUT_COUNT')
    expect(refusal(() => execute(network, [new Uint8Array(63)]))).to.equal('INPUT_LENGTH')
    const outside = program(
      [{ type: 'f32', count: 4 }],
      [],
      [kernel({ shape: [4], loads: [load(0, [axis(5, 1, 0, [0, 1])])], result: code('load 0') })],
    )
    expect(refusal(() => execute(outside, [new Uint8Array(16)]))).to.equal('LOAD_OUT_OF_BUFFER')
    expect(refusal(() => prepare(chain(3, 2 ** 30 - 16), 'trace'))).to.equal('WASM_MEMORY')
  })
})
