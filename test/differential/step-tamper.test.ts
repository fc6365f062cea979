import { before, describe, it } from 'node:test'
import { encodeStep, type StepChain, type StepOutcome, stepChain } from '@opine/cli/step-chain.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { multiProof, wordsAt } from '@opine/dispute-game/merkle/multiproof.ts'
import { hashPairs } from '@opine/dispute-game/merkle/sha256.ts'
import { branch, type Tree, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { Random } from '@opine/models/ir/random.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { bufferProof, programTree } from '@opine/models/trace/program-tree.ts'
import type { Transition } from '@opine/models/trace/reads.ts'
import { type StepCase, stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import type { Operand, Witness } from '@opine/models/trace/witness.ts'
import { expect } from 'chai'
import { strayInterior } from './step-programs.ts'

const SALT = new Uint8Array(32).fill(9)
/** Bytes of calldata before the witness: selector, transition, offset of the witness. */
const BEFORE_WITNESS = 4 + 32 * 14
const FLIPS = 1500

const net = sampleNetwork()
const trace = buildTrace(net, [sampleImage(5)], execute)
const tree = programTree(net)
const caseOf = stepCases(trace, tree, SALT)
const element = (kernel: number, index: number): Transition => ({ kernel, element: index, evaluation: 'ELEMENT', block: 0 })
/** Kernel 1 reads an interior of its segment and two constants, kernel 3 a committed kernel, kernel 0 the input. */
const conv = caseOf(element(1, 100))
const block = caseOf({ kernel: 3, element: 6, evaluation: 'BLOCK', block: 2 })
const first = caseOf(element(0, 9))
const pool = caseOf(element(2, 21))

let chain: StepChain
before(async () => {
  chain = await stepChain()
})

const flip = (bytes: Uint8Array, bit: number): Uint8Array => bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
const flipFirst = (list: readonly Uint8Array[]): Uint8Array[] => list.map((node, i) => (i === 0 ? flip(node, 77) : node))
const zero = new Uint8Array(32)

const withWitness = (step: StepCase, change: Partial<Witness>): StepCase => ({ ...step, witness: { ...step.witness, ...change } })
const withOperand = (step: StepCase, number: number, change: (operand: Operand) => Partial<Operand>): StepCase =>
  withWitness(step, { operands: step.witness.operands.map((operand, i) => (i === number ? { ...operand, ...change(operand) } : operand)) })
const withTransition = (step: StepCase, change: Partial<StepCase['transition']>): StepCase => ({
  ...step,
  transition: { ...step.transition, ...change },
})
const withOperandProof = (step: StepCase, number: number, change: Partial<Operand['proof']>): StepCase =>
  withOperand(step, number, ({ proof }) => ({ proof: { ...proof, ...change } }))

const outcomeOf = (step: StepCase): Promise<StepOutcome> => chain.evaluate(encodeStep(step))

/** Opens these words of a tree instead. */
const opening = (of: Tree, indices: readonly number[]) => ({ indices, words: wordsAt(of, indices), siblings: multiProof(of, indices) })
const treeOfOperand = ({ buffer }: Operand): Tree =>
  net.constants[buffer - 1] ? tensorTree(net.constants[buffer - 1]!.bytes) : trace.trees[buffer - bufferOf(net, 0)]!
const [inputOperand] = first.witness.operands
const convMeta = conv.witness.operands[0]!.proof.meta

/** What is wrong, the tampered step, the error's name. */
const TAMPERED: readonly (readonly [string, StepCase, string])[] = [
  ['a wrong word', withOperand(block, 1, ({ words }) => ({ words: flipFirst(words) })), 'WrongWords'],
  ['a wrong sibling of the words', withOperand(block, 1, ({ siblings }) => ({ siblings: flipFirst(siblings) })), 'WrongWords'],
  ['a missing sibling', withOperand(block, 1, ({ siblings }) => ({ siblings: siblings.slice(1) })), 'WrongWords'],
  ['a superfluous sibling', withOperand(block, 1, ({ siblings }) => ({ siblings: [...siblings, zero] })), 'WrongWords'],
  ['words at other indices', withOperand(block, 1, ({ indices }) => ({ indices: indices.map((i) => i ^ 2) })), 'WrongWords'],
  ['indices that repeat', withOperand(block, 1, ({ indices }) => ({ indices: indices.map(() => indices[0]!) })), 'WrongWords'],
  ['an index past the tree', withOperand(block, 1, ({ indices }) => ({ indices: indices.map((i) => i + 128) })), 'WrongWords'],
  ['fewer words than indices', withOperand(block, 1, ({ words }) => ({ words: words.slice(1) })), 'WrongWords'],
  ['no words', withOperand(block, 1, () => ({ indices: [], words: [], siblings: [] })), 'WrongWords'],
  [
    'inner nodes as words of a shallower tree',
    withOperand(block, 1, (operand) => {
      const inner = treeOfOperand(operand).levels.slice(1)
      return opening({ depth: inner.length - 1, levels: inner }, [...new Set(operand.indices.map((i) => i >> 1))])
    }),
    'WrongWords',
  ],
  [
    'words of a deeper tree whose root is the same',
    withOperand(block, 0, (operand) => {
      const { levels } = treeOfOperand(operand)
      const below = concatBytes(levels[0]!, levels[0]!)
      const above = new Uint8Array(below.length / 2)
      hashPairs(below, above)
      const deeper = { depth: levels.length, levels: [below, above, ...levels.slice(1)] }
      return opening(deeper, [operand.indices[0]! * 2, operand.indices[0]! * 2 + 1])
    }),
    'WrongWords',
  ],
  [
    'a word too few, with a proof',
    withOperand(block, 1, (operand) => opening(treeOfOperand(operand), operand.indices.slice(1))),
    'MissingWord',
  ],
  ['a missing operand', withWitness(block, { operands: block.witness.operands.slice(1) }), 'MissingOperand'],
  ['no operands', withWitness(conv, { operands: [] }), 'MissingOperand'],
  [
    'an operand that is not read',
    withWitness(block, {
      operands: [...conv.witness.operands.filter(({ buffer }) => buffer === 1), ...block.witness.operands],
    }),
    'UnreadOperand',
  ],
  ['swapped operands', withWitness(block, { operands: block.witness.operands.toReversed() }), 'UnorderedOperands'],
  [
    'an operand given twice',
    withWitness(block, { operands: [block.witness.operands[0]!, ...block.witness.operands] }),
    'UnorderedOperands',
  ],
  [
    'the buffer numbers of two operands exchanged',
    withOperand(
      withOperand(conv, 0, () => ({ buffer: 1 })),
      1,
      () => ({ buffer: 3 }),
    ),
    'WrongProgramLeaf',
  ],
  ['an operand that does not exist', withOperand(block, 1, () => ({ buffer: 99 })), 'WrongProgramLeaf'],
  ['a meta with another count', withOperandProof(conv, 0, { meta: flip(convMeta, 8 * 7) }), 'WrongProgramLeaf'],
  ['a meta with another type', withOperandProof(conv, 0, { meta: flip(convMeta, 8) }), 'WrongProgramLeaf'],
  ['the meta of another operand', withOperandProof(conv, 0, { meta: conv.witness.operands[2]!.proof.meta }), 'WrongProgramLeaf'],
  ['the proof of another operand', withOperand(conv, 0, () => ({ proof: conv.witness.operands[2]!.proof })), 'WrongProgramLeaf'],
  ['another body', withOperandProof(conv, 0, { body: flip(conv.witness.operands[0]!.proof.body, 3) }), 'WrongProgramLeaf'],
  ['a wrong sibling in the program', withOperandProof(conv, 0, { siblings: flipFirst(convSiblings()) }), 'WrongProgramLeaf'],
  ['a shallower proof in the program', withOperandProof(conv, 0, { siblings: convSiblings().slice(0, -1) }), 'WrongProgramLeaf'],
  ['a deeper proof in the program', withOperandProof(conv, 0, { siblings: [...convSiblings(), zero] }), 'WrongProgramLeaf'],
  ['another root of a constant', withOperand(conv, 0, ({ root }) => ({ root: flip(root, 1) })), 'WrongPlace'],
  ['another root of an interior', withOperand(conv, 2, ({ root }) => ({ root: flip(root, 1) })), 'WrongPlace'],
  ['another root of a committed kernel', withOperand(block, 1, ({ root }) => ({ root: flip(root, 1) })), 'WrongPlace'],
  ['another root of an input', withOperand(first, 0, ({ root }) => ({ root: flip(root, 1) })), 'WrongPlace'],
  ['a wrong sibling in the interior tree', withOperand(conv, 2, ({ place }) => ({ place: flipFirst(place) })), 'WrongPlace'],
  ['a wrong sibling in the trace tree', withOperand(block, 1, ({ place }) => ({ place: flipFirst(place) })), 'WrongPlace'],
  ['a shallower place', withOperand(block, 1, ({ place }) => ({ place: place.slice(0, -1) })), 'WrongPlace'],
  ['a deeper place', withOperand(block, 1, ({ place }) => ({ place: [...place, zero] })), 'WrongPlace'],
  ['a place of a constant', withOperand(conv, 0, () => ({ place: [zero] })), 'WrongPlace'],
  ['a place of an input', withOperand(first, 0, () => ({ place: [zero] })), 'WrongPlace'],
  ['an interior in the trace tree', withOperand(conv, 2, () => ({ place: block.witness.operands[1]!.place })), 'WrongPlace'],
  ['another interior root', withTransition(conv, { interiorRoot: flip(conv.transition.interiorRoot, 0) }), 'WrongPlace'],
  ['another trace root', withTransition(block, { traceRoot: flip(block.transition.traceRoot, 0) }), 'WrongPlace'],
  ['another salt', withTransition(block, { salt: flip(block.transition.salt, 0) }), 'WrongPlace'],
  ['a wrong input root', withWitness(first, { inputRoots: flipFirst(first.witness.inputRoots) }), 'WrongInputs'],
  ['no input roots', withWitness(first, { inputRoots: [] }), 'WrongInputs'],
  ['too many input roots', withWitness(first, { inputRoots: [...first.witness.inputRoots, zero] }), 'WrongInputs'],
  ['the inputs of another request', withTransition(first, { inputRoot: flip(first.transition.inputRoot, 9) }), 'WrongInputs'],
  ['another descriptor', withWitness(conv, { descriptor: flip(conv.witness.descriptor, 100) }), 'WrongProgramLeaf'],
  ['a longer descriptor', withWitness(conv, { descriptor: concatBytes(conv.witness.descriptor, zero) }), 'WrongProgramLeaf'],
  [
    'the descriptor of another kernel, proved',
    withWitness(pool, { descriptor: encodeKernel(net.kernels[1]!), proof: bufferProof(tree, bufferOf(net, 1)) }),
    'WrongProgramLeaf',
  ],
  ['another program', withTransition(first, { bufferRoot: flip(first.transition.bufferRoot, 9) }), 'WrongProgramLeaf'],
  ['a step of no element', withTransition(first, { element: 64 }), 'AddressOutOfBuffer'],
  ['a block of a fold of one', withTransition(conv, { evaluation: 1 }), 'NotThisEvaluation'],
  ['a result of a fold of one', withTransition(conv, { evaluation: 2 }), 'NotThisEvaluation'],
  ['an element of a fold of four', withTransition(block, { evaluation: 0 }), 'NotThisEvaluation'],
  ['a block past the last', withTransition(block, { block: 4 }), 'NotThisEvaluation'],
]

function convSiblings(): readonly Uint8Array[] {
  return conv.witness.operands[0]!.proof.siblings
}

describe('a tampered step', () => {
  it('is one of steps that are right', async () => {
    for (const step of [conv, block, first, pool]) expect(await outcomeOf(step)).to.deep.equal({ value: step.expected })
    expect(inputOperand!.buffer).to.equal(0)
  })

  for (const [what, step, name] of TAMPERED) {
    it(`with ${what} is refused`, async () => {
      expect(await outcomeOf(step))
        .to.have.property('error')
        .that.matches(new RegExp(`^StepVerifier_${name}\\(`))
    })
  }

  it('never opens an interior of another segment', async () => {
    const stray = strayInterior()
    const strayTrace = buildTrace(stray, [new Uint8Array(32).fill(1)], execute)
    const step = stepCases(strayTrace, programTree(stray), SALT)(element(2, 3))
    expect(await outcomeOf(step)).to.deep.equal({ error: 'StepVerifier_WrongPlace(1)' })
    const asInterior = withOperand(step, 0, () => ({ place: branch(strayTrace.trees[0]!, 0) }))
    expect(await outcomeOf(asInterior)).to.deep.equal({ error: 'StepVerifier_WrongPlace(1)' })
  })

  it('with any bit of its witness flipped gives the same value or an error', async () => {
    const random = new Random(3)
    const names = new Map<string, number>()
    for (let round = 0; round < FLIPS; round++) {
      const step = [conv, block, first, pool][round % 4]!
      const data = Buffer.from(encodeStep(step).slice(2), 'hex')
      data[random.between(BEFORE_WITNESS, data.length - 1)]! ^= 1 << random.below(8)
      const outcome = await chain.evaluate(`0x${data.toString('hex')}`)
      if ('value' in outcome) expect(outcome.value, `round ${round}`).to.equal(step.expected)
      const name = 'value' in outcome ? 'value' : outcome.error.replace(/\(.*/s, '')
      names.set(name, (names.get(name) ?? 0) + 1)
    }
    for (const name of ['WrongProgramLeaf', 'WrongPlace', 'WrongWords']) expect(names.get(`StepVerifier_${name}`)).to.be.greaterThan(20)
  })
})
