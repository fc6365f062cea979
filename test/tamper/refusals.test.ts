import { before, describe, it } from 'node:test'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { branch, paddedTree, rootOf, type Tree } from '@opine/dispute-game/merkle/tree.ts'
import { Random } from '@opine/models/ir/random.ts'
import { outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { type Asked, ETHER, revertName } from '../support/arena.ts'
import { FastChain } from './chain.ts'
import { LIAR, ORACLE } from './game.ts'
import { subjectOf } from './subject.ts'

/** Lies that never become assertions: the oracle refuses them, each with its own error. */

const [CONSUMER, COLLEAGUE] = [1, 4] as const

for (const model of ['digits', 'credit', 'reader', 'story']) {
  describe(`what cannot even be asserted about ${model}`, () => {
    let chain: FastChain
    let truth: Trace
    let asked: Asked
    let tree: Tree
    before(async () => {
      const { program, truths } = subjectOf(model)
      truth = truths[0]!
      chain = await FastChain.create(program)
      await chain.arena.stake(LIAR, 10n * ETHER)
      asked = await chain.arena.ask(CONSUMER, concatBytes(...truth.inputs))
      tree = traceTree(truth, chain.arena.salt(asked.requestId, LIAR))
    })

    const proofsIn = (from: Tree): Uint8Array[][] => truth.program.outputs.map((kernel) => branch(from, kernel))
    const assert = (output: Uint8Array, root: Uint8Array, proofs: Uint8Array[][]): Promise<string> => {
      const data = ORACLE.encodeFunctionData('assertResult', [asked.requestId, output, root, proofs])
      return revertName(chain.call(LIAR, chain.arena.deployment.oracle, data))
    }

    it('the truth can', async () => {
      expect(await assert(outputBytes(truth), rootOf(tree), proofsIn(tree))).to.equal('none')
    })

    it('an output of another length', async () => {
      const output = outputBytes(truth)
      const random = new Random(1)
      const lengths = [0, 1, output.length - 1, output.length + 1, output.length + WORD, 2 * output.length]
      for (const length of [...lengths, ...Array.from({ length: 20 }, () => random.below(4 * output.length))]) {
        if (length === output.length) continue
        const other = new Uint8Array(length)
        other.set(output.subarray(0, length))
        expect(await assert(other, rootOf(tree), proofsIn(tree)), `${length} bytes`).to.equal('InferenceOracle_OutputLength')
      }
    })

    it('an output that its own trace does not have', async () => {
      const output = outputBytes(truth)
      for (let bit = 0; bit < 8 * output.length; bit += Math.ceil(output.length / 5)) {
        const other = Uint8Array.from(output)
        other[bit >> 3]! ^= 1 << (bit & 7)
        expect(await assert(other, rootOf(tree), proofsIn(tree)), `bit ${bit}`).to.equal('InferenceOracle_OutputNotInTrace')
      }
    })

    it('a copied root', async () => {
      const copied = traceTree(truth, chain.arena.salt(asked.requestId, COLLEAGUE))
      expect(await assert(outputBytes(truth), rootOf(copied), proofsIn(copied))).to.equal('InferenceOracle_OutputNotInTrace')
      const replayed = traceTree(truth, chain.arena.salt(`0x${'77'.repeat(32)}`, LIAR))
      expect(await assert(outputBytes(truth), rootOf(replayed), proofsIn(replayed))).to.equal('InferenceOracle_OutputNotInTrace')
    })

    it('bytes behind the end of an output', async () => {
      for (const kernel of truth.program.outputs) {
        const bytes = truth.buffers[kernel]!
        const words = new Uint8Array(WORD * 2 ** truth.trees[kernel]!.depth)
        if (words.length === bytes.length) continue
        for (let at = bytes.length; at < words.length; at += Math.ceil((words.length - bytes.length) / 16)) {
          words.fill(0)
          words.set(bytes)
          words[at] = 1
          const padded = traceTree(
            { ...truth, trees: truth.trees.with(kernel, paddedTree(words)) },
            chain.arena.salt(asked.requestId, LIAR),
          )
          expect(await assert(outputBytes(truth), rootOf(padded), proofsIn(padded))).to.equal('InferenceOracle_OutputNotInTrace')
        }
      }
    })

    it('outputs with proofs of other places, or of too few', async () => {
      const output = outputBytes(truth)
      const last = truth.program.outputs.at(-1)!
      const astray = proofsIn(tree).with(-1, branch(tree, last ^ 1))
      expect(await assert(output, rootOf(tree), astray)).to.equal('InferenceOracle_OutputNotInTrace')
      expect(await assert(output, rootOf(tree), proofsIn(tree).with(-1, branch(tree, last).slice(1)))).to.equal(
        'InferenceOracle_OutputNotInTrace',
      )
      expect(await assert(output, rootOf(tree), proofsIn(tree).slice(1))).to.equal('InferenceOracle_OutputProofs')
      expect(await assert(output, rootOf(tree), [...proofsIn(tree), branch(tree, last)])).to.equal('InferenceOracle_OutputProofs')
    })
  })
}
