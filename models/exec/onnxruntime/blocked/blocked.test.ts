import { describe, it } from 'node:test'
import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { expect } from 'chai'
import * as runtime from 'onnxruntime-node'
import type { Program } from '../../../ir/types.ts'
import { decodeModel } from '../../../onnx/decode.ts'
import { encodeModel } from '../../../onnx/encode.ts'
import type { Model } from '../../../onnx/types.ts'
import { execute } from '../../reference/execute.ts'
import type { ProgramGraph } from '../graph/program.ts'
import { planOf, type Wanted } from '../plan.ts'
import { PROVIDERS } from '../providers.ts'
import { openRunner } from '../run.ts'
import { openSession } from '../runtime.ts'
import { allOrderFree, blockedSample, digestedSample, networkSample, type Sample, sampleInput } from '../sample-programs.ts'
import { blockSize } from './block-size.ts'
import { BLOCKED_DOMAIN, padded, toBlocks } from './blocks.ts'
import { keepBlocked } from './rewrite.ts'
import { openBlocked, optimise } from './session.ts'

const samples = [blockedSample(64, 33), digestedSample(), blockedSample(40, 12), networkSample()]

const known = new Map<string, readonly Uint8Array[]>()

/** What the reference has, computed once. */
function expected({ name, program }: Sample, inputs: readonly Uint8Array[], seed: number): readonly Uint8Array[] {
  const buffers = known.get(`${name} ${seed}`) ?? execute(program, inputs)
  known.set(`${name} ${seed}`, buffers)
  return buffers
}

async function compare(sample: Sample, wanted: Wanted, threads: number): Promise<void> {
  const { program } = sample
  const plan = planOf(program, allOrderFree(program), PROVIDERS.cpu, wanted)
  const runner = await openRunner(program, plan, PROVIDERS.cpu, { threads, open: openSession })
  for (const seed of [1, 2]) {
    const inputs = sampleInput(sample, seed)
    // A seed has elements looked at, wherever they lie now.
    const found = await runner.run(inputs, seed)
    expected(sample, inputs, seed).forEach((bytes, kernel) => {
      if (found[kernel]) expect(equalBytes(found[kernel], bytes), `kernel ${kernel}, seed ${seed}`).to.equal(true)
    })
  }
  await runner.close()
}

/** The one graph of a program's committed buffers. */
function graphOf(program: Program): ProgramGraph {
  const [stage] = planOf(program, allOrderFree(program), PROVIDERS.cpu, 'committed').stages
  if (stage?.kind !== 'stock') throw new Error('a program of one stage is wanted')
  return stage.graph
}

describe('tensors that stay in blocks', () => {
  for (const [index, sample] of samples.entries()) {
    for (const wanted of ['all', 'committed'] as const) {
      it(`have the reference's bits: sample ${index}, ${wanted}`, async () => {
        for (const threads of [1, 2]) await compare(sample, wanted, threads)
      })
    }
  }

  it('are not reordered around rounding, joints and digests', async () => {
    const block = await blockSize(runtime)
    for (const sample of samples.slice(0, 2)) {
      const { model: file, shapes } = graphOf(sample.program)
      const optimised = decodeModel((await optimise(runtime, file, { logSeverityLevel: 3 }))!)
      const reorders = ({ graph }: Model): number =>
        graph.nodes.filter(({ domain, op }) => domain === BLOCKED_DOMAIN && op.startsWith('Reorder')).length
      const before = reorders(optimised)
      // Machines without such kernels have nothing to reorder.
      if (block === null) expect(before, sample.name).to.equal(0)
      else
        expect(reorders(keepBlocked(optimised, shapes, block).model), `${sample.name}: ${before} before`).to.be.at.most(
          Math.ceil(before / 3),
        )
    }
  })

  it('are left alone where the runtime does not take them, and the graph runs as it was', async () => {
    const { model: file, shapes } = graphOf(samples[0]!.program)
    const create: typeof runtime.InferenceSession.create = (...given: readonly unknown[]) =>
      (given.at(-1) as { graphOptimizationLevel?: string }).graphOptimizationLevel === 'disabled'
        ? Promise.reject(new Error('no such operator'))
        : runtime.InferenceSession.create(...(given as Parameters<typeof runtime.InferenceSession.create>))
    const strict = { ...runtime, InferenceSession: { create } }
    expect(await openBlocked(strict, file, shapes, { logSeverityLevel: 3 })).to.equal(null)
  })

  it('have every element at a place of its own', () => {
    for (const [shape, block] of [[[1, 64, 3, 5], 16] as const, [[2, 20, 7], 8] as const, [[1, 3, 2, 2], 4] as const]) {
      const count = shape.reduce<number>((product, extent) => product * extent, 1)
      const positions = Int32Array.from({ length: count }, (_, at) => at)
      toBlocks(positions, shape, block)
      const places = new Set(positions)
      expect(places.size).to.equal(count)
      expect(Math.max(...places)).to.be.below((count / shape[1]) * padded(shape[1], block))
    }
  })

  it('leave a graph without convolutions as it is', () => {
    const file = encodeModel({
      name: 'plain',
      inputs: [{ name: 'x', type: 'f32', shape: [4] }],
      outputs: [{ name: 'y', type: 'f32', shape: [4] }],
      nodes: [{ op: 'Floor', inputs: ['x'], outputs: ['y'] }],
    })
    const { model, moved } = keepBlocked(decodeModel(file), new Map(), 8)
    expect(model.graph.nodes.map(({ op }) => op)).to.deep.equal(['Floor'])
    expect(moved).to.deep.equal([])
  })
})
