import { describe, it } from 'node:test'
import { expect } from 'chai'
import { commitmentOfBuffers } from '../../trace/commitment.ts'
import type { ExecutorNote } from '../executors.ts'
import { loadExecutor } from '../executors.ts'
import { execute } from '../reference/execute.ts'
import { chosen, doctored, expectBits, open, refused } from './doctored.ts'
import { planOf } from './plan.ts'
import { PROVIDERS } from './providers.ts'
import type { OpenSession } from './runtime.ts'
import { allOrderFree, networkSample, sampleInput } from './sample-programs.ts'

const sample = networkSample()
const { program } = sample

describe('the executor on the stock runtime', () => {
  it('gives the trace and the commitment of the reference', async () => {
    const executor = open({})
    for (const seed of [1, 2, 3]) {
      const inputs = sampleInput(sample, seed)
      expectBits(program, await executor.execute(program, inputs), inputs)
      expect(await executor.commit(program, inputs)).to.deep.equal(commitmentOfBuffers(program, execute(program, inputs)))
    }
    expect(chosen(executor.notes())).to.equal('cpu')
  })

  it('refuses a provider that gives a wrong bit in the self-test, by name, and takes the next', async () => {
    const executor = open({ providers: ['webgpu', 'cpu'], open: doctored(['webgpu'], 0) })
    const inputs = sampleInput(sample, 1)
    expectBits(program, await executor.execute(program, inputs), inputs)
    const notes = executor.notes()
    expect(refused(notes)).to.deep.equal(['webgpu'])
    expect(notes[0]!.fields.code).to.equal('PROVIDER_WRONG')
    expect(notes[0]!.fields.message).to.match(/"webgpu" computes wrong on golden input 0 \(random\): byte 2 of kernel 0 is/)
    expect(chosen(notes)).to.equal('cpu')
  })

  it('leaves a provider that goes wrong later, when recomputed elements differ, and the answer is right all the same', async () => {
    const executor = open({ providers: ['cuda', 'cpu'], open: doctored(['cuda'], 5) })
    for (const seed of [1, 2]) {
      const inputs = sampleInput(sample, seed)
      expectBits(program, await executor.execute(program, inputs), inputs)
    }
    const notes = executor.notes()
    expect(notes.map(({ event, fields }) => `${event} ${fields.provider}`)).to.deep.equal([
      'executorChosen cuda',
      'providerRefused cuda',
      'executorChosen cpu',
    ])
    expect(notes[1]!.fields.message).to.match(/"cuda" computes wrong: element \d+ of kernel 0 is 0x[0-9a-f]{8}, the reference has 0x/)
  })

  it('sees what goes wrong between committed buffers, of which the interiors were not kept', async () => {
    const executor = open({ providers: ['cuda'], open: doctored(['cuda'], 5) })
    for (const seed of [1, 2, 3]) {
      const inputs = sampleInput(sample, seed)
      expect(await executor.commit(program, inputs)).to.deep.equal(commitmentOfBuffers(program, execute(program, inputs)))
    }
    const notes = executor.notes()
    expect(refused(notes)).to.deep.equal(['cuda'])
    expect(chosen(notes)).to.equal('wasm')
  })

  it('gives commitments that later runs leave as they are', async () => {
    const executor = open({})
    const seeds = [1, 2, 3, 4]
    const found = await Promise.all(seeds.map((seed) => executor.commit(program, sampleInput(sample, seed))))
    seeds.forEach((seed, at) => {
      expect(found[at]).to.deep.equal(commitmentOfBuffers(program, execute(program, sampleInput(sample, seed))))
    })
  })

  it('does without looks where it is told to, and its graphs give no elements then', async () => {
    const executor = open({ looks: false })
    const inputs = sampleInput(sample, 1)
    expect(await executor.commit(program, inputs)).to.deep.equal(commitmentOfBuffers(program, execute(program, inputs)))
    const looked = (looks: boolean): boolean[] =>
      planOf(program, allOrderFree(program), PROVIDERS.cpu, 'committed', looks).stages.flatMap((stage) =>
        stage.kind === 'stock' ? [stage.graph.looks !== null] : [],
      )
    expect([looked(true), looked(false)]).to.deep.equal([[true], [false]])
  })

  it('runs canonically where no provider is left, or one is missing', async () => {
    const executor = open({ providers: ['dml', 'coreml'], open: async (_, { name }) => Promise.reject(new Error(`no ${name} here`)) })
    const inputs = sampleInput(sample, 4)
    expectBits(program, await executor.execute(program, inputs), inputs)
    const notes = executor.notes()
    expect(refused(notes)).to.deep.equal(['dml', 'coreml'])
    expect(notes[0]!.fields.message).to.contain('no dml here')
    expect(chosen(notes)).to.equal('wasm')
  })

  it('times all that give the right bits, and takes the fastest', async () => {
    const slow: OpenSession = async (...given) => {
      const session = await doctored([], 0)(...given)
      const delay = given[1].name === 'webgpu' ? 30 : 0
      return { ...session, run: (inputs) => new Promise((done) => setTimeout(done, delay)).then(() => session.run(inputs)) }
    }
    const executor = open({ providers: ['webgpu', 'cpu'], fastest: true, open: slow })
    const inputs = sampleInput(sample, 1)
    expectBits(program, await executor.execute(program, inputs), inputs)
    const { fields } = executor.notes().find(({ event }) => event === 'executorChosen')!
    const times = fields.milliseconds as Record<string, number>
    expect(times).to.have.keys('webgpu', 'cpu', 'wasm')
    expect(times.webgpu).to.be.greaterThan(25)
    expect(times[fields.provider as string]).to.equal(Math.min(...Object.values(times)))
    expect(fields.why).to.equal('the fastest that gave the right bits')
  })

  it('does not load a runtime for a program most of whose work is not order-free', async () => {
    const certified = allOrderFree(program)
    const kernels = certified.kernels.map((kernel, index) => (index % 4 === 0 ? kernel : { ...kernel, verdict: 'refused' as const }))
    const opened: string[] = []
    const executor = open({
      fastest: true,
      certify: () => ({ kernels, conditions: [] }),
      open: async (_, { name }) => Promise.reject(new Error(`${opened.push(name)}`)),
    })
    const inputs = sampleInput(sample, 1)
    expectBits(program, await executor.execute(program, inputs), inputs)
    expect(opened).to.deep.equal([])
    const [{ event, fields }] = executor.notes() as [ExecutorNote]
    expect(event).to.equal('executorChosen')
    expect(fields.provider).to.equal('wasm')
    expect(fields.orderFree).to.be.below(0.5)
  })

  it('runs an input canonically of which the certificate says nothing', async () => {
    const executor = open({})
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e30, 1e-44]) {
      const inputs = [new Uint8Array(new Float32Array(program.inputs[0]!.count).fill(value).buffer)]
      expectBits(program, await executor.execute(program, inputs), inputs)
      expect(executor.notes().map(({ event }) => event)).to.deep.equal(['inputOutOfRange'])
    }
  })

  it('is refused what it cannot take as the other executors refuse it', async () => {
    const error = await open({})
      .execute(program, [new Uint8Array(3)])
      .catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'INPUT_LENGTH')
    const unknown = await loadExecutor({ name: 'onnxruntime', providers: ['npu'] }).catch((thrown: unknown) => thrown)
    expect(unknown).to.have.property('code', 'PROVIDER_UNKNOWN')
    expect((await loadExecutor({ name: 'auto' })).notes).to.be.a('function')
  })
})
