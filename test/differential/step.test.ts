import { before, describe, it } from 'node:test'
import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { replay } from '@opine/cli/replay.ts'
import { planReplay } from '@opine/cli/replay-plan.ts'
import { encodeStep, type StepChain, stepChain } from '@opine/cli/step-chain.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { bufferSpec } from '@opine/models/exec/reference/kernel.ts'
import { code, sampleImage, sampleNetwork, weights } from '@opine/models/exec/reference/sample.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomInputs, randomProgram } from '@opine/models/ir/random-program.ts'
import { type Program, scalarOf } from '@opine/models/ir/types.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { contiguousProduct, exponentials, narrowOperands } from './step-programs.ts'

const SALT = new Uint8Array(32).fill(9)
const PROGRAMS = 150

let chain: StepChain
before(async () => {
  chain = await stepChain()
})

const floatInput = (count: number, scale: number): Uint8Array =>
  new Uint8Array(Float32Array.from(weights(count, 9), (value) => value * scale).buffer)

/** The number of steps on which contract and executor were compared, all of `kernel` where one is named. */
async function compare(program: Program, seed: number, kernel?: number): Promise<number> {
  const random = new Random(seed)
  const inputs = randomInputs(random, program)
  const caseOf = stepCases(buildTrace(program, inputs, execute), programTree(program), SALT)
  const plan = planReplay(program, 4 * program.kernels.length, seed, true).filter((at) => kernel === undefined || at.kernel === kernel)
  for (const transition of plan) {
    const step = caseOf(transition)
    const outcome = await chain.evaluate(encodeStep(step))
    expect(outcome, `program ${seed}, ${JSON.stringify(transition)}`).to.deep.equal({ value: step.expected })
  }
  return plan.length
}

/** The same program whose last kernel sums products of two of its `f32` loads, which the verifier does without its interpreter; or null. */
function withProducts(program: Program, random: Random): Program | null {
  const last = program.kernels.at(-1)!
  const floats = last.loads.flatMap(({ buffer }, index) => (scalarOf(bufferSpec(program, buffer).type) === 'f32' ? [index] : []))
  if (!last.reduce || floats.length === 0) return null
  const term = code(`load ${random.pick(floats)} load ${random.pick(floats)} f32.mul`)
  const reduce = { ...last.reduce, op: 'sum' as const }
  const types = { foldType: 'f32', resultType: 'f32', storeType: 'f32' } as const
  return { ...program, kernels: [...program.kernels.slice(0, -1), { ...last, ...types, reduce, term, result: code('fold') }] }
}

describe('the step verifier', () => {
  it('agrees with the reference executor on random programs', async () => {
    let steps = 0
    for (let seed = 0; seed < PROGRAMS; seed++) steps += await compare(randomProgram(new Random(seed)), seed)
    expect(steps).to.be.greaterThan(10 * PROGRAMS)
  })

  it('agrees on random sums of products', async () => {
    let steps = 0
    for (let seed = 1000; steps < 400; seed++) {
      const random = new Random(seed)
      const program = withProducts(randomProgram(random), random)
      if (program) steps += await compare(program, seed, program.kernels.length - 1)
    }
  })

  const written: readonly (readonly [string, Program, Uint8Array, number])[] = [
    ['a network with padding, pooling, interiors and a byte output', sampleNetwork(), sampleImage(5), 200],
    ['constants of f16, i8 and u8, and short last blocks', narrowOperands(), floatInput(300, 3), 300],
    ['exponentials and fills of -infinity', exponentials(), floatInput(40, 90), 84],
    ['blocks of 128 contiguous products', contiguousProduct(), floatInput(4096, 0.777), 40],
  ]
  for (const [name, program, input, steps] of written) {
    it(`agrees on ${name}`, async (context) => {
      const result = await replay(program, [input], { steps, seed: 1, allKernels: true })
      expect(result.mismatches).to.deep.equal([])
      expect(result.steps).to.be.at.least(steps)
      for (const { kernel, gasMedian, gasMax } of result.kernels)
        context.diagnostic(`kernel ${kernel}: gas ${gasMedian}, at most ${gasMax}`)
      expect(result.gas.max).to.be.lessThan(600_000)
    })
  }

  it('fits into a contract', () => {
    expect(StepVerifier.bytecode.length / 2 - 1).to.be.lessThan(24_576)
  })
})

describe('a replay', () => {
  it('covers every kernel and kind, and repeats itself', () => {
    const program = sampleNetwork()
    const plan = planReplay(program, 0, 7, true)
    expect(
      plan
        .filter(({ kernel }) => kernel === 3)
        .map(({ evaluation, block }) => `${evaluation} ${block}`)
        .sort(),
    ).to.deep.equal(['BLOCK 0', 'BLOCK 2', 'BLOCK 3', 'RESULT 0'])
    expect(new Set(plan.map(({ kernel }) => kernel)).size).to.equal(6)
    expect(planReplay(program, 50, 7, true)).to.deep.equal(planReplay(program, 50, 7, true))
    expect(planReplay(program, 50, 7, true)).not.to.deep.equal(planReplay(program, 50, 8, true))
    expect(planReplay(program, 3, 7, false).length).to.equal(3)
    const all = planReplay(program, 1e6, 7, false)
    expect(all.length).to.equal(64 + 256 + 64 + 4 * 10 + 10 + 1)
    expect(new Set(all.map((transition) => JSON.stringify(transition))).size).to.equal(all.length)
  })
})
