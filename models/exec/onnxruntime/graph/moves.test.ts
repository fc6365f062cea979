import { describe, it } from 'node:test'
import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { expect } from 'chai'
import type { Kernel } from '../../../ir/types.ts'
import { compile } from '../../../lower/compile.ts'
import { decodeModel } from '../../../onnx/decode.ts'
import { encodeModel, type NodeSource } from '../../../onnx/encode.ts'
import type { GraphNode } from '../../../onnx/types.ts'
import { execute } from '../../reference/execute.ts'
import { planOf } from '../plan.ts'
import { PROVIDERS, type ProviderName } from '../providers.ts'
import { openRunner } from '../run.ts'
import { openSession } from '../runtime.ts'
import { allOrderFree, blockedSample, type Sample, sampleInput } from '../sample-programs.ts'
import type { Fact } from './facts.ts'
import { movesOnly } from './moves.ts'

const sample = blockedSample(16, 64)

function nodesOf({ program }: Sample, provider: ProviderName, wanted: 'all' | 'committed'): readonly GraphNode[] {
  const [stage] = planOf(program, allOrderFree(program), PROVIDERS[provider], wanted).stages
  return stage?.kind === 'stock' ? decodeModel(stage.graph.model).graph.nodes : []
}

/** The operator that makes what each operator of this name reads first. */
function madeBy(nodes: readonly GraphNode[], op: string): (string | undefined)[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node.op] as const)))
  return nodes.filter((node) => node.op === op).map(({ inputs }) => makers.get(inputs[0]!))
}

/** The last kernel of one operator on whole numbers. */
function kernelOf(node: NodeSource): Kernel {
  const file = encodeModel({
    name: 'one',
    inputs: [{ name: 'x', type: 'f32', shape: [1, 2, 4, 4] }],
    outputs: [{ name: 'y', type: 'f32', shape: null }],
    nodes: [{ op: 'Floor', inputs: ['x'], outputs: ['whole'] }, node],
    initializers: [{ name: 'half', type: 'f32', shape: [], data: [0.5] }],
  })
  return compile(file).program.kernels.at(-1)!
}

describe('rounding later', () => {
  it('rounds what a pool leaves over, not what it reads', () => {
    const nodes = nodesOf(sample, 'cpu', 'committed')
    expect(madeBy(nodes, 'MaxPool')).to.deep.equal(['Concat'])
    expect(madeBy(nodes, 'Concat').slice(0, 1), 'before it is joined').to.deep.equal(['Clip'])
    expect(madeBy(nodes, 'Floor'), 'elements that are looked at').to.include.members(['MaxPool', 'Gather'])
    expect(madeBy(nodes, 'Conv'), 'sums').to.not.include.members(['MaxPool', 'Concat', 'Clip'])
  })

  it('rounds at once where buffers are wanted, and where operands of a maximum may be narrowed', () => {
    expect(madeBy(nodesOf(sample, 'cpu', 'all'), 'Concat')).to.deep.equal(['Floor'])
    expect(madeBy(nodesOf(sample, 'dml', 'committed'), 'MaxPool')).to.deep.equal(['Concat'])
    expect(madeBy(nodesOf(sample, 'dml', 'committed'), 'Floor')).to.not.include.members(['MaxPool'])
  })

  it('has the bits of the reference, in what is looked at too', async () => {
    const { program } = sample
    const plan = planOf(program, allOrderFree(program), PROVIDERS.cpu, 'committed')
    const runner = await openRunner(program, plan, PROVIDERS.cpu, { threads: 1, open: openSession })
    const inputs = sampleInput(sample, 1)
    const expected = execute(program, inputs)
    for (const seed of [1, 2, 3]) {
      const found = await runner.run(inputs, seed)
      for (const [kernel, bytes] of found.entries())
        if (bytes) expect(equalBytes(bytes, expected[kernel]!), `kernel ${kernel}`).to.equal(true)
    }
    await runner.close()
  })

  it('is left to kernels that only move or compare', () => {
    const whole: Fact = { least: 0, greatest: 9, integer: true }
    const moves = (node: NodeSource): boolean => movesOnly(kernelOf(node), () => 'f32', { term: () => whole, result: () => whole })
    const pool = (op: string): NodeSource => ({
      op,
      inputs: ['whole'],
      outputs: ['y'],
      attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } },
    })
    expect(moves(pool('MaxPool'))).to.equal(true)
    expect(moves({ op: 'ReduceMin', inputs: ['whole'], outputs: ['y'] })).to.equal(true)
    expect(moves(pool('AveragePool')), 'sums').to.equal(false)
    expect(moves({ op: 'ReduceSum', inputs: ['whole'], outputs: ['y'] })).to.equal(false)
    expect(moves({ op: 'Add', inputs: ['whole', 'half'], outputs: ['y'] }), 'arithmetic').to.equal(false)
    expect(moves({ op: 'Neg', inputs: ['whole'], outputs: ['y'] }), 'the other way round').to.equal(false)
    const filled = kernelOf(pool('MaxPool'))
    const half = { ...filled, loads: filled.loads.map((load) => ({ ...load, fill: 0x3f000000 })) }
    expect(
      movesOnly(half, () => 'f32', { term: () => whole, result: () => whole }),
      'what fills in is no whole number',
    ).to.equal(false)
  })
})
