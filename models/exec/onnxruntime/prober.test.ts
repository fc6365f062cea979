import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { Random } from '../../ir/random.ts'
import { randomElements, randomProgram } from '../../ir/random-program.ts'
import { bufferOf, indicesOf, type Program } from '../../ir/types.ts'
import { readerOf } from '../reference/buffer.ts'
import { execute } from '../reference/execute.ts'
import { bufferSpec } from '../reference/kernel.ts'
import { axis, code, floats, kernel, load, program as programOf } from '../reference/sample.ts'
import { planOf } from './plan.ts'
import { Prober, type Probes } from './prober.ts'
import { PROVIDERS } from './providers.ts'
import { openRunner } from './run.ts'
import { type OpenSession, openSession } from './runtime.ts'
import { allOrderFree, networkSample, sampleInput } from './sample-programs.ts'

/** What an honest session gives: elements of these buffers. */
function given(program: Program, buffers: readonly Uint8Array[], probes: Probes): Map<number, Float32Array> {
  const elements = (kernel: number, addresses: Int32Array): Float32Array =>
    Float32Array.from(addresses, readerOf(program.kernels[kernel]!.storeType, buffers[kernel]!))
  return new Map([...probes].map(([kernel, addresses]) => [kernel, elements(kernel, addresses)]))
}

/** Whether a session may hand a buffer's elements out as it does: as binary32 numbers, zeros without a sign. */
function handedOut(program: Program, kernel: number, bytes: Uint8Array): boolean {
  const { type, count } = bufferSpec(program, bufferOf(program, kernel))
  const read = readerOf(type, bytes)
  return Array.from({ length: count }, (_, element) => read(element)).every((value) => Object.is(Math.fround(value) + 0, value))
}

describe('a look at elements', () => {
  it('finds what the reference finds, whatever kernels read and whichever buffers are at hand', () => {
    let looks = 0
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed)
      const program = randomProgram(random)
      const inputs = program.inputs.map(({ type, count }) => randomElements(random, type, count))
      const buffers = execute(program, inputs)
      const first = bufferOf(program, 0)
      const known = (buffer: number): boolean => buffer >= program.inputs.length && buffer < first
      const looked = [...program.kernels.keys()].filter((each) =>
        program.kernels[each]!.loads.every((read) => indicesOf(read).length === 0 || known(read.buffer)),
      )
      const apart = new Set(looked.filter((each) => handedOut(program, each, buffers[each]!) && random.chance(0.7)))
      const prober = new Prober(program, looked, (buffer) => !apart.has(buffer - first))
      const kept = buffers.map((bytes, each) => (apart.has(each) ? null : bytes))
      for (let run = 0; run < 4; run++) {
        const probes = prober.draw(run)
        for (const [each, addresses] of probes) expect(addresses).to.have.length(prober.counts.get(each)!)
        prober.verify('cpu', inputs, kept, given(program, buffers, probes))
        looks += looked.length
      }
    }
    expect(looks).to.be.greaterThan(3000)
  })

  it('takes each kernel at least once a run, twice where its folds are short, and other elements in other runs', () => {
    const { program } = networkSample()
    const prober = new Prober(program, [...program.kernels.keys()], () => true)
    const [inputs, seen] = [sampleInput(networkSample(), 1), new Set<number>()]
    const buffers = execute(program, inputs)
    for (const target of program.kernels.keys()) {
      const wrong = buffers.with(
        target,
        buffers[target]!.map((byte) => byte ^ 1),
      )
      for (let seed = 0; seed < 5; seed++) {
        prober.draw(seed)
        try {
          prober.verify('cpu', inputs, wrong, new Map())
        } catch (error) {
          expect(error).to.be.instanceOf(OpineError)
          const { kernel: found, element } = (error as OpineError).details as { kernel: number; element: number }
          expect(found).to.equal(target)
          seen.add(target * 1e6 + element)
          continue
        }
        throw new Error(`kernel ${target} was not looked at`)
      }
    }
    expect(seen.size).to.be.greaterThan(2 * program.kernels.length)
  })

  it('refuses a session that lies in one element of an interior, and of nothing else, as often as that is drawn', async () => {
    const sample = networkSample()
    const { program } = sample
    const provider = PROVIDERS.cpu
    const plan = planOf(program, allOrderFree(program), provider, 'committed')
    const [stage] = plan.stages
    if (stage?.kind !== 'stock') throw new Error('the network runs on the stock runtime')
    const fetched = new Set(stage.graph.outputs.map(({ buffer }) => buffer))
    const probe = stage.graph.probes.find(({ kernel: each }) => each > 0 && !fetched.has(bufferOf(program, each)))!
    const { input, output } = stage.graph.looks!
    const target = 5
    const place = Int32Array.of(0)
    probe.place(Int32Array.of(target), place)
    const lying: OpenSession = async (...options) => {
      const session = await openSession(...options)
      return {
        ...session,
        run: async (inputs) => {
          const results = await session.run(inputs)
          const { buffer, byteOffset, length } = inputs[input]!.bytes
          const positions = new Int32Array(buffer as ArrayBuffer, byteOffset, length / 4)
          const bytes = results[output]!
          const values = new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / 4)
          positions.forEach((position, at) => {
            const own = at >= probe.start && at < probe.start + probe.count
            if (own && position === place[0]) values[at]! += 1
          })
          return results
        },
      }
    }
    const runner = await openRunner(program, plan, provider, { threads: 1, open: lying })
    const inputs = sampleInput(sample, 1)
    const { count } = bufferSpec(program, bufferOf(program, probe.kernel))
    const runs = 4 * count
    let refused = 0
    for (let seed = 0; seed < runs; seed++) {
      try {
        await runner.run(inputs, seed)
      } catch (error) {
        expect(error).to.have.property('code', 'PROVIDER_WRONG')
        const { kernel: found, element } = (error as OpineError).details as { kernel: number; element: number }
        if (found === probe.kernel && element === target) refused++
        else expect(found).to.be.greaterThan(probe.kernel)
      }
    }
    await runner.close()
    // Drawn four times on average at least.
    expect(refused).to.be.greaterThan(0)
  })

  it('takes the memory of what it reads, not of whole buffers', () => {
    const extent = 1 << 27
    const many = programOf(
      [{ type: 'f32', count: 1 }],
      [floats([3])],
      [
        kernel({ shape: [extent], loads: [load(0, [axis(1, 1, 0)])], result: code('load 0') }),
        kernel({
          shape: [extent],
          loads: [load(2, [axis(extent, 1, 0, [0, 1])]), load(1, [])],
          result: code('load 0 load 1 f32.mul'),
        }),
      ],
    )
    const before = process.memoryUsage().rss
    const prober = new Prober(many, [0, 1], (buffer) => buffer === 0)
    for (let seed = 0; seed < 50; seed++) {
      const probes = prober.draw(seed)
      expect([...probes.values()].map(({ length }) => length)).to.deep.equal([4, 2])
      const probed = new Map([...probes].map(([each, addresses]) => [each, new Float32Array(addresses.length).fill(each === 0 ? 2 : 6)]))
      prober.verify('cpu', [new Uint8Array(Float32Array.of(2).buffer)], [null, null], probed)
    }
    // The operand is of half a gigabyte.
    expect(process.memoryUsage().rss - before).to.be.lessThan(64e6)
  })
})
