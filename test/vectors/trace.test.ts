import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootFromMultiProof, verifyMultiProof } from '@opine/dispute-game/merkle/multiproof.ts'
import { rootFromBranch } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { decodeProgramFile } from '@opine/models/ir/file.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { TRACE_VECTORS, type traceVectors, traceVectorsText } from '../../scripts/vectors/trace.ts'

const text = readFileSync(TRACE_VECTORS, 'utf8')
const vectors = JSON.parse(text) as ReturnType<typeof traceVectors>

describe('trace vectors', () => {
  it('are what the generator writes', () => {
    expect(traceVectorsText()).to.equal(text)
  })

  it('are what another process writes', () => {
    const script = new URL('../../scripts/vectors/trace.ts', import.meta.url).pathname
    expect(execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' })).to.equal(text)
  })

  it('follow from the program file, the input and the contexts alone', () => {
    const { program } = decodeProgramFile(fromHex(vectors.program.file))
    validateProgram(program)
    expect(toHex(programTree(program).root)).to.equal(vectors.program.root)
    const trace = buildTrace(program, [fromHex(vectors.input.bytes)], execute)
    expect(trace.buffers.map(toHex)).to.deep.equal(vectors.kernels.map(({ bytes }) => bytes))
    for (const { chainId, salt, root, branches, ...context } of vectors.traces) {
      expect(toHex(saltOf({ ...context, chainId: BigInt(chainId) }))).to.equal(salt)
      const { levels, depth } = traceTree(trace, fromHex(salt))
      expect(toHex(levels[depth]!)).to.equal(root)
      branches.forEach((siblings, k) => {
        const leaf = levels[0]!.subarray(32 * k, 32 * k + 32)
        expect(toHex(rootFromBranch(leaf, k, siblings.map((node) => fromHex(node))))).to.equal(root)
      })
    }
  })

  it('hold proofs that verify', () => {
    for (const { root, depth, indices, words, siblings } of vectors.multiProofs) {
      const [leaves, nodes] = [words, siblings].map((list) => list.map((node) => fromHex(node)))
      expect(toHex(rootFromMultiProof(depth, indices, leaves!, nodes!))).to.equal(root)
      leaves![0]![5]! ^= 4
      expect(verifyMultiProof(fromHex(root), depth, indices, leaves!, nodes!)).to.equal(false)
    }
  })
})
