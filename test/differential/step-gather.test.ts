import { before, describe, it } from 'node:test'
import { replay } from '@opine/cli/replay.ts'
import { planReplay } from '@opine/cli/replay-plan.ts'
import { encodeStep, type StepChain, type StepOutcome, stepChain } from '@opine/cli/step-chain.ts'
import { multiProof, wordsAt } from '@opine/dispute-game/merkle/multiproof.ts'
import { tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { ReadBuffer } from '@opine/models/exec/reference/kernel.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomInputs, randomProgram } from '@opine/models/ir/random-program.ts'
import { indicesOf, type Kernel } from '@opine/models/ir/types.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { type StepCase, stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace, readTrace, type Trace } from '@opine/models/trace/trace.ts'
import type { Operand } from '@opine/models/trace/witness.ts'
import { expect } from 'chai'
import { gathers, ROW_INDICES } from './step-programs.ts'

const SALT = new Uint8Array(32).fill(9)
const STEPS = 1200
/** Steps of these that have to read an element to which an index points. */
const LEAST_FOUND = 60

let chain: StepChain
before(async () => {
  chain = await stepChain()
})

const outcomeOf = (step: StepCase): Promise<StepOutcome> => chain.evaluate(encodeStep(step))
const casesOf = (trace: Trace) => stepCases(trace, programTree(trace.program), SALT)

const isIndexed = ({ loads }: Kernel): boolean => loads.some((load) => indicesOf(load).length > 0)
/** Buffers that indexed loads alone read: they are opened only where an index is in range. */
const pointedAt = ({ loads }: Kernel): number[] =>
  loads.map(({ buffer }) => buffer).filter((buffer) => loads.every((load) => load.buffer !== buffer || indicesOf(load).length > 0))

/** The step without one of the words that it opens; null where there is none. */
function withoutOne(step: StepCase, contents: ReadBuffer, random: Random): StepCase | null {
  const { operands } = step.witness
  if (operands.length === 0) return null
  const cut = random.pick(operands)
  const indices = cut.indices.toSpliced(random.below(cut.indices.length), 1)
  const tree = tensorTree(contents(cut.buffer))
  const left = indices.length > 0 ? [{ ...cut, indices, words: wordsAt(tree, indices), siblings: multiProof(tree, indices) }] : []
  const changed = operands.flatMap((operand) => (operand === cut ? left : [operand]))
  return { ...step, witness: { ...step.witness, operands: changed } }
}

describe('the step verifier', () => {
  it('agrees with the reference executor on random kernels with indexed loads', async () => {
    let steps = 0
    let found = 0
    for (let seed = 5000; steps < STEPS; seed++) {
      const random = new Random(seed)
      const program = randomProgram(random)
      if (!program.kernels.some(isIndexed)) continue
      const inputs = randomInputs(random, program)
      const trace = buildTrace(program, inputs, execute)
      const caseOf = casesOf(trace)
      for (const at of planReplay(program, 6 * program.kernels.length, seed, true)) {
        const kernel = program.kernels[at.kernel]!
        if (!isIndexed(kernel)) continue
        const step = caseOf(at)
        expect(await outcomeOf(step), `program ${seed}, ${JSON.stringify(at)}`).to.deep.equal({ value: step.expected })
        steps += 1
        if (step.witness.operands.some(({ buffer }) => pointedAt(kernel).includes(buffer))) found += 1
        const cut = withoutOne(step, readTrace(trace), random)
        if (cut) expect(await outcomeOf(cut), `program ${seed}, cut, ${JSON.stringify(at)}`).to.have.property('error')
      }
    }
    expect(found).to.be.greaterThan(LEAST_FOUND)
  })

  it('agrees on every element of gathers, indexed sums and a scatter', async (context) => {
    const program = gathers()
    const result = await replay(program, [bytesOf(ROW_INDICES)], { steps: 1e6, seed: 1, allKernels: true })
    expect(result.mismatches).to.deep.equal([])
    // All of them and, once more, the dearest of each kernel.
    expect(result.kinds.gather).to.equal(3 * 80 + 60 + 4 * 2 + 16 + 6)
    expect(result.kernels.at(-1)!.steps, 'of the scatter, which has no indexed load').to.equal(7 + 1)
    for (const { kernel, gasMedian, gasMax } of result.kernels) context.diagnostic(`kernel ${kernel}: gas ${gasMedian}, at most ${gasMax}`)
  })
})

const bytesOf = (values: Int32Array): Uint8Array => new Uint8Array(values.buffer)

describe('a tampered gather', () => {
  const caseOf = casesOf(buildTrace(gathers(), [bytesOf(ROW_INDICES)], execute))
  const rowOf = (index: number) => caseOf({ kernel: 0, element: 5 * index + 2, evaluation: 'ELEMENT', block: 0 })
  /** Rows 6 and 3 are there, row 7 is not. */
  const [six, three, none] = [rowOf(1), rowOf(4), rowOf(2)]
  const withOperands = (step: StepCase, change: (operand: Operand) => Partial<Operand> | null): StepCase => {
    const operands = step.witness.operands.flatMap((operand) => {
      const changed = change(operand)
      return changed ? [{ ...operand, ...changed }] : []
    })
    return { ...step, witness: { ...step.witness, operands } }
  }
  const only = (buffer: number, change: (operand: Operand) => Partial<Operand> | null) => (operand: Operand) =>
    operand.buffer === buffer ? change(operand) : {}
  const flipped = ([first, ...others]: readonly Uint8Array[]) => [first!.map((byte, i) => (i === 16 ? byte ^ 1 : byte)), ...others]

  it('is one of gathers that are right, which open what they read', async () => {
    for (const step of [six, three, none]) expect(await outcomeOf(step)).to.deep.equal({ value: step.expected })
    const opened = ({ witness }: StepCase) => witness.operands.map(({ buffer, indices }) => [buffer, ...indices])
    expect(opened(six)).to.deep.equal([
      [0, 0],
      [1, 4],
    ])
    expect(opened(three)).to.deep.equal([
      [0, 0],
      [1, 2],
    ])
    expect(opened(none)).to.deep.equal([[0, 0]])
  })

  const rows = tensorTree(gathers().constants[0]!.bytes)
  const indices = tensorTree(bytesOf(ROW_INDICES))
  const word = (tree: typeof rows, index: number): Partial<Operand> => ({
    indices: [index],
    words: wordsAt(tree, [index]),
    siblings: multiProof(tree, [index]),
  })
  const cases: readonly (readonly [string, StepCase, string])[] = [
    [
      'a wrong index',
      withOperands(
        three,
        only(0, ({ words }) => ({ words: flipped(words) })),
      ),
      'WrongWords',
    ],
    [
      'a wrong index out of range',
      withOperands(
        none,
        only(0, ({ words }) => ({ words: flipped(words) })),
      ),
      'WrongWords',
    ],
    [
      'the index of another element',
      withOperands(
        three,
        only(0, () => word(indices, 1)),
      ),
      'MissingWord',
    ],
    [
      'no index',
      withOperands(
        three,
        only(0, () => null),
      ),
      'MissingOperand',
    ],
    [
      'the element of another index',
      withOperands(
        three,
        only(1, () => word(rows, 4)),
      ),
      'MissingWord',
    ],
    [
      'no element',
      withOperands(
        three,
        only(1, () => null),
      ),
      'MissingOperand',
    ],
    ['the witness of another index', { ...three, witness: none.witness }, 'MissingOperand'],
  ]
  for (const [what, step, error] of cases) {
    it(`with ${what} is refused`, async () => {
      expect(await outcomeOf(step))
        .to.have.property('error')
        .that.matches(new RegExp(`^StepVerifier_${error}\\(`))
    })
  }
})
