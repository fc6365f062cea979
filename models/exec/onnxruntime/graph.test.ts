import { describe, it } from 'node:test'
import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { expect } from 'chai'
import { decodeModel } from '../../onnx/decode.ts'
import { execute } from '../reference/execute.ts'
import { GraphWriter, SHADER_PARTS } from './graph/writer.ts'
import { type Plan, planOf } from './plan.ts'
import { PROVIDERS } from './providers.ts'
import { openRunner } from './run.ts'
import { type OptimisationLevel, openSession } from './runtime.ts'
import { allOrderFree, layerSamples, networkSample, type Sample, sampleInput } from './sample-programs.ts'

const LEVELS: readonly OptimisationLevel[] = ['disabled', 'basic', 'extended', 'all']
const samples = [...layerSamples(), networkSample()]

const operators = (plan: Plan): string[] =>
  plan.stages.flatMap((stage) => (stage.kind === 'stock' ? decodeModel(stage.graph.model).graph.nodes.map(({ op }) => op) : ['canonical']))

const planFor = ({ program }: Sample, provider: keyof typeof PROVIDERS = 'cpu'): Plan => {
  const plan = planOf(program, allOrderFree(program), PROVIDERS[provider], 'all')
  for (const [kernel, error] of plan.defects) throw new Error(`kernel ${kernel}`, { cause: error })
  return plan
}

describe('graphs that are written from programs', () => {
  for (const sample of samples) {
    it(`give the reference's bits at every optimisation level on one and two threads: ${sample.name}`, async () => {
      const plan = planFor(sample)
      expect([...plan.canonical.keys()], 'kernels without a form').to.deep.equal([])
      for (const level of LEVELS) {
        for (const threads of [1, 2]) {
          const runner = await openRunner(sample.program, plan, PROVIDERS.cpu, { level, threads, open: openSession })
          for (const seed of [1, 2]) {
            const inputs = sampleInput(sample, seed)
            const found = await runner.run(inputs)
            execute(sample.program, inputs).forEach((bytes, kernel) => {
              expect(equalBytes(found[kernel]!, bytes), `kernel ${kernel}, ${level}, ${threads} threads, seed ${seed}`).to.equal(true)
            })
          }
          await runner.close()
        }
      }
    })
  }

  it('take the operators that the runtime is fast with', () => {
    const of = (name: string): string[] => operators(planFor(samples.find((sample) => sample.name === name)!))
    expect(of('convolution 3x3, padded')).to.include('Conv')
    expect(of('convolution in groups')).to.include('Conv')
    expect(of('depth to space, one channel')).to.include('DepthToSpace')
    expect(of('matrix product')).to.include('Gemm')
    expect(of('maximum pool')).to.include('MaxPool')
    expect(of('network')).to.include.members(['Conv', 'MaxPool', 'Concat', 'MatMul'])
    expect(of('network'), 'tables of positions').to.not.include('Gather')
  })

  it('keep pictures as they are from one layer to the next', () => {
    const plan = planFor(samples.find(({ name }) => name === 'network')!)
    const [stage] = plan.stages
    const { nodes } = decodeModel(stage?.kind === 'stock' ? stage.graph.model : new Uint8Array()).graph
    const makers = new Map(nodes.flatMap(({ outputs, op }) => outputs.map((output) => [output, op] as const)))
    const read = nodes
      .filter(({ op }) => ['Conv', 'Concat', 'MaxPool'].includes(op))
      .flatMap(({ inputs }) => inputs.map((name) => makers.get(name)))
    expect(new Set(read.slice(1))).to.deep.equal(new Set([undefined, 'Floor', 'MaxPool', 'Concat']))
    const of = (name: string): string[] => operators(planFor(samples.find((sample) => sample.name === name)!))
    expect(of('convolution without padding'), 'what a window leaves over is not cut off').to.not.include('Slice')
    expect(of('convolution, depthwise, over all'), 'products of one row and one column each').to.not.include('MatMul')
  })

  it('fold a power of two and a bias into the weights, and clip before they round', () => {
    const nodes = operators(planFor(samples[0]!))
    expect(nodes.slice(nodes.indexOf('Conv'), nodes.indexOf('Conv') + 3)).to.deep.equal(['Conv', 'Clip', 'Floor'])
  })

  it('cut a list into many parts by nodes of few: a shader may bind so many tensors and no more', async () => {
    const writer = new GraphWriter()
    const lengths = [3, 1, 2, 5, 1, 1, 4, 2, 2, 1, 3]
    const parts = writer.split(writer.input('list', 'i32', [25]), lengths, SHADER_PARTS)
    const model = writer.finish('parts', parts)
    for (const { inputs, outputs } of decodeModel(model).graph.nodes) expect(inputs.length + outputs.length).to.be.at.most(9)
    const session = await openSession({ model, shapes: writer.shapes() }, PROVIDERS.cpu, {})
    const found = await session.run({ list: { type: 'i32', bytes: new Uint8Array(Int32Array.from({ length: 25 }, (_, at) => at).buffer) } })
    await session.close()
    let next = 0
    for (const [at, { name }] of parts.entries())
      expect([...new Int32Array(found[name]!.slice().buffer)]).to.deep.equal(Array.from({ length: lengths[at]! }, () => next++))
  })

  it('leave out a kernel that the writer fails at, and call it a defect', () => {
    const { program } = samples[0]!
    const { kernels } = allOrderFree(program)
    // A certificate that is none.
    const broken = kernels.map((each, kernel) => (kernel === 1 ? { ...each, asFloat: null as unknown as [] } : each))
    const plan = planOf(program, { kernels: broken }, PROVIDERS.cpu, 'all')
    expect([...plan.defects.keys()]).to.deep.equal([1])
    expect([...plan.canonical.keys()]).to.deep.equal([1])
    expect(plan.canonical.get(1)).to.match(/a defect: Cannot read properties of null/)
    expect(plan.stages.map(({ kind }) => kind)).to.deep.equal(['stock', 'canonical'])
  })

  it('are not used at all where the writer fails at the whole', () => {
    const { program } = samples[0]!
    // A type that nobody can give out.
    const kernels = program.kernels.map((kernel, index) => (index === 1 ? { ...kernel, storeType: 'f64' as unknown as 'f32' } : kernel))
    const plan = planOf({ ...program, kernels }, allOrderFree(program), PROVIDERS.cpu, 'all')
    expect([...plan.defects.keys()]).to.deep.equal([...kernels.keys()])
    expect(plan.stages.map(({ kind }) => kind)).to.deep.equal(['canonical'])
  })

  it('fetch what is committed alone where that is asked', async () => {
    const sample = samples.at(-1)!
    const { program } = sample
    const plan = planOf(program, allOrderFree(program), PROVIDERS.cpu, 'committed')
    const runner = await openRunner(program, plan, PROVIDERS.cpu, { open: openSession })
    const inputs = sampleInput(sample, 5)
    const found = await runner.run(inputs)
    const whole = execute(program, inputs)
    found.forEach((bytes, kernel) => {
      expect(bytes !== null, `kernel ${kernel}`).to.equal(program.places[kernel]!.committed)
      if (bytes) expect(equalBytes(bytes, whole[kernel]!)).to.equal(true)
    })
    expect(found.includes(null), 'an interior').to.equal(true)
    await runner.close()
  })
})

describe('the Winograd guard', () => {
  it('writes no convolution over a window where a provider may choose its way, and gives the same bits', async () => {
    for (const sample of samples) {
      const plan = planFor(sample, 'cuda')
      for (const stage of plan.stages) {
        if (stage.kind !== 'stock') continue
        for (const { op, attributes } of decodeModel(stage.graph.model).graph.nodes) {
          const window = op === 'Conv' ? attributes.kernel_shape! : { ints: [1] }
          expect('ints' in window && window.ints.every((extent) => extent === 1), sample.name).to.equal(true)
        }
      }
      const runner = await openRunner(sample.program, plan, PROVIDERS.cpu, { open: openSession })
      const inputs = sampleInput(sample, 3)
      const found = await runner.run(inputs)
      execute(sample.program, inputs).forEach((bytes, kernel) => {
        expect(equalBytes(found[kernel]!, bytes), `${sample.name}, kernel ${kernel}`).to.equal(true)
      })
      await runner.close()
    }
  })
})
