import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { commitmentOfBuffers } from '../../trace/commitment.ts'
import { execute } from '../reference/execute.ts'
import { doctored, expectBits, open, refused } from './doctored.ts'
import type { OpenSession } from './runtime.ts'
import { layerSamples, networkSample, sampleInput } from './sample-programs.ts'

const sample = networkSample()
const { program } = sample

describe('sessions that are open for programs', () => {
  it('ends the sessions of a provider that it leaves, for whatever program and kind of run, and opens no other in vain', async () => {
    const ends: string[] = []
    const [wrong, opened] = [{ now: false }, { count: 0 }]
    const watched: OpenSession = async (model, provider, settings) => {
      const session = await doctored([], 0)(model, provider, settings)
      const number = opened.count++
      return {
        run: async (inputs) => {
          if (ends.includes(`${provider.name} ${number}`)) throw new Error('ran after its end')
          const results = await session.run(inputs)
          if (wrong.now && provider.name === 'cuda')
            for (const bytes of Object.values(results)) for (let i = 2; i < bytes.length; i += 4) bytes[i]! ^= 1
          return results
        },
        close: async () => {
          ends.push(`${provider.name} ${number}`)
          await session.close()
          if (provider.name === 'cuda') throw new Error('lost')
        },
      }
    }
    const executor = open({ providers: ['cuda', 'cpu'], open: watched })
    const other = layerSamples()[0]!
    const [inputs, others] = [sampleInput(sample, 1), sampleInput(other, 1)]
    await executor.execute(program, inputs)
    await executor.commit(program, inputs)
    await executor.execute(other.program, others)
    expect([opened.count, ends]).to.deep.equal([3, []])
    wrong.now = true
    const both = await Promise.all([executor.commit(program, inputs), executor.commit(program, inputs)])
    for (const found of both) expect(found).to.deep.equal(commitmentOfBuffers(program, execute(program, inputs)))
    expect(ends.toSorted()).to.deep.equal(['cuda 0', 'cuda 1'])
    expectBits(program, await executor.execute(program, inputs), inputs)
    expectBits(other.program, await executor.execute(other.program, others), others)
    expect(ends.toSorted()).to.deep.equal(['cuda 0', 'cuda 1', 'cuda 2'])
    expect(refused(executor.notes())).to.deep.equal(['cuda'])
    expect(opened.count).to.equal(6)
    await executor.close()
    expect(ends.slice(3).toSorted()).to.deep.equal(['cpu 3', 'cpu 4', 'cpu 5'])
    // Whoever goes on gets new ones.
    expectBits(program, await executor.execute(program, inputs), inputs)
  })

  it('ends what it opened of a provider that fails before it is taken', async () => {
    const ended: string[] = []
    const watched: OpenSession = async (...given) => {
      const session = await doctored(['cuda'], 0)(...given)
      return { ...session, close: () => session.close().then(() => void ended.push(given[1].name)) }
    }
    const executor = open({ providers: ['cuda', 'cpu'], open: watched })
    const inputs = sampleInput(sample, 1)
    expectBits(program, await executor.execute(program, inputs), inputs)
    expect(ended).to.deep.equal(['cuda'])
  })

  it('keeps no program alive that nobody holds any more', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const executor = open({})
    const held = await (async () => {
      const own = networkSample()
      await executor.execute(own.program, sampleInput(own, 1))
      await executor.commit(own.program, sampleInput(own, 1))
      return new WeakRef(own.program)
    })()
    for (let turn = 0; turn < 50 && held.deref(); turn++) {
      await new Promise((done) => setTimeout(done, 5))
      collect()
    }
    expect(held.deref()).to.equal(undefined)
    await executor.close()
  })
})
