import { spawnSync } from 'node:child_process'
import { after, describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import type { StartHelper } from '@opine/models/exec/wasm/threads/team.ts'
import { helpersOf } from '@opine/node-kit/compute/helpers.ts'
import { expect } from 'chai'
import { firstDifference, fuzz, fuzzCase } from './compare.ts'
import { executorOn, FINEST, nodeHelpers } from './teams.ts'

const bad = (deed: string): StartHelper => helpersOf(new URL(`./bad-helper.ts?${deed}`, import.meta.url).href)

/** These helpers the first time, good ones after that. */
function onceBad(deed: string): StartHelper {
  let started = 0
  return (...parameters) => (started++ === 0 ? bad(deed) : nodeHelpers)(...parameters)
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** The code of the first error of many runs of one program. */
async function firstError(executor: WasmExecutor, seed = 1): Promise<string | undefined> {
  const { program, inputs } = fuzzCase(seed)
  for (const end = performance.now() + 20_000; performance.now() < end; await turn()) {
    try {
      executor.execute(program, inputs)
    } catch (error) {
      return error instanceof OpineError ? error.code : String(error)
    }
  }
  return undefined
}

const open: WasmExecutor[] = []
const opened = (executor: WasmExecutor): WasmExecutor => {
  open.push(executor)
  return executor
}

describe('a team of threads', () => {
  after(() => Promise.all(open.map((executor) => executor.close())))

  for (const threads of [2, 4]) {
    it(`computes every bit of random programs as the reference executor does, ${threads} threads, every tile by itself`, async () => {
      const executor = opened(executorOn(threads, FINEST))
      let kernels = 0
      for (let seed = 0; seed < 400; seed += 20, await turn()) kernels += fuzz(200_000 + seed, 200_000 + seed + 20, executor).kernels
      expect(kernels).to.be.above(1000)
    })
  }

  for (const [deed, code] of [
    ['throw', 'WASM_THREAD_FAILED'],
    ['exit', 'WASM_THREAD_LOST'],
    ['hang', 'WASM_THREAD_LOST'],
  ] as const) {
    it(`fails by one error where a helper's deed is to ${deed}, and goes on with new helpers`, async () => {
      const executor = opened(executorOn(2, { ...FINEST, patience: 1 }, onceBad(deed)))
      expect(await firstError(executor)).to.equal(code)
      for (const seed of [1, 2, 3]) {
        const { program, inputs } = fuzzCase(seed)
        expect(firstDifference(program, inputs, program, [executor])).to.equal(null)
      }
    })
  }

  it('says once that an idle helper is gone', async () => {
    const ended: (() => Promise<void>)[] = []
    const executor = opened(
      executorOn(2, FINEST, (bell, onLost) => {
        const helper = nodeHelpers(bell, onLost)
        ended.push(helper.end)
        return helper
      }),
    )
    const { program, inputs } = fuzzCase(1)
    executor.execute(program, inputs)
    await ended[0]!()
    expect(await firstError(executor)).to.equal('WASM_THREAD_LOST')
    expect(firstDifference(program, inputs, program, [executor])).to.equal(null)
    expect(ended).to.have.length(2)
  })

  it('passes on what is thrown in the midst of a run, and the next run is as ever', () => {
    const executor = opened(executorOn(3, FINEST))
    const { program, inputs } = fuzzCase(7)
    const told = new Error('enough')
    const run = (): unknown =>
      executor.execute(program, inputs, () => {
        throw told
      })
    for (let time = 0; time < 20; time++) {
      expect(run).to.throw(told)
      expect(firstDifference(program, inputs, program, [executor])).to.equal(null)
    }
  })

  it('refuses to run once it is closed, also in the midst of a run', async () => {
    const executor = executorOn(2, FINEST)
    const { program, inputs } = fuzzCase(1)
    expect(program.kernels.length).to.be.above(1)
    const closing = (): unknown => executor.execute(program, inputs, () => void executor.close())
    expect(closing).to.throw(OpineError).with.property('code', 'WASM_TEAM_CLOSED')
    expect(await firstError(executor)).to.equal('WASM_TEAM_CLOSED')
  })

  it('lets a process end that has nothing else to do', () => {
    const script = `
      import { executorOn, FINEST } from ${JSON.stringify(new URL('./teams.ts', import.meta.url).href)}
      import { fuzzCase } from ${JSON.stringify(new URL('./compare.ts', import.meta.url).href)}
      const { program, inputs } = fuzzCase(1)
      executorOn(3, FINEST).execute(program, inputs)
      setTimeout(() => console.log('ran'), 300)`
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000, encoding: 'utf8' })
    expect([status, stdout.trim()]).to.deep.equal([0, 'ran'])
  })
})
