import { describe, it } from 'node:test'
import { execute, prepare } from '@opine/models/exec/wasm/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { encodeModel, type TensorSource } from '@opine/models/onnx/encode.ts'
import { expect } from 'chai'
import { memoryOf } from '../bench/memory.ts'
import { compiled, subjects } from '../bench/subjects.ts'

/** WebAssembly's memory comes in such pages: of a smaller program none is the least. */
const PAGE = 65_536

/** Convolutions at one resolution: where one is computed, its operand and result are alive, and a padded copy of the operand before. */
function chain(channels: number, layers: number): Program {
  const of = (name: string, ...shape: number[]): TensorSource => {
    const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => ((index * 37) % 101) / 101 - 0.5)
    return { name, type: 'f32', shape, data }
  }
  const pads = { pads: { ints: [1, 1, 1, 1] } }
  const shape = [1, channels, 48, 48]
  const nodes = Array.from({ length: layers }, (_, layer) => ({
    ...{ op: 'Conv', name: `c${layer}`, attributes: pads },
    inputs: [`x${layer}`, `w${layer}`],
    outputs: [`x${layer + 1}`],
  }))
  const ports = { inputs: [{ name: 'x0', type: 'f32', shape }], outputs: [{ name: `x${layers}`, type: 'f32', shape }] } as const
  const initializers = nodes.map((_, layer) => of(`w${layer}`, channels, channels, 3, 3))
  return compile(encodeModel({ name: 'chain', ...ports, nodes, initializers })).program
}

function expectFrugal(name: string, program: Program): void {
  const { buffers, live, trace, committed, plain } = memoryOf(program)
  if (trace > PAGE) expect(trace / buffers, `${name}: memory of a trace against all buffers`).to.be.at.most(2)
  if (plain > PAGE) expect(plain / live, `${name}: memory of plain inference against live buffers`).to.be.at.most(2)
  expect(committed, `${name}: a commitment keeps less than a trace`).to.be.at.most(trace)
}

describe('memory of a run', () => {
  it('is at most twice the buffers, of every model at hand', () => {
    for (const subject of subjects()) {
      const model = compiled(subject)
      if (typeof model !== 'string') expectFrugal(subject.name, model.program)
    }
  })

  it('does not grow with the number of layers but for what is kept', () => {
    const [short, long] = [memoryOf(chain(8, 3)), memoryOf(chain(8, 12))]
    expect(long.buffers / short.buffers).to.be.within(3, 4)
    expect(long.plain / short.plain).to.be.below(1.2)
    expectFrugal('a chain', chain(8, 12))
  })

  it('is what the executor takes: one memory for traces and commitments, and copies as large as the buffers', () => {
    const program = chain(4, 4)
    const kept = execute(program, [new Uint8Array(4 * 4 * 48 * 48)])
    const { trace } = memoryOf(program)
    expect(prepare(program, 'committed').bytes + kept.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)).to.equal(trace)
  })
})
