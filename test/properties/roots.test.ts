import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { rootOf, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { decodeProgramFile, encodeProgramFile } from '@opine/models/ir/file.ts'
import { encodeHeader } from '@opine/models/ir/header.ts'
import { encodeInterface } from '@opine/models/ir/interface.ts'
import { Random } from '@opine/models/ir/random.ts'
import type { ModelInterface, Program } from '@opine/models/ir/types.ts'
import { loadModel } from '@opine/models/load.ts'
import { inputRoot, interiorList, traceTree } from '@opine/models/trace/commit.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { zooModels } from '../support/zoo.ts'

const BUFFER_FLIPS = 500
const INPUT_FLIPS = 200
const PROGRAM_FLIPS = 150
const SALT = saltOf({ chainId: 1n, oracle: `0x${'1a'.repeat(20)}`, requestId: `0x${'2b'.repeat(32)}`, account: `0x${'3c'.repeat(20)}` })

/** The bytes with one bit changed, any of those from byte `from` to before byte `to`; and which. */
function flipped(bytes: Uint8Array, random: Random, from = 0, to = bytes.length): { readonly bytes: Uint8Array; readonly bit: number } {
  const bit = 8 * from + random.below(8 * (to - from))
  const copy = bytes.slice()
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return { bytes: copy, bit }
}

const withBuffer = (trace: Trace, kernel: number, bytes: Uint8Array): Trace => ({
  ...trace,
  buffers: trace.buffers.with(kernel, bytes),
  trees: trace.trees.with(kernel, tensorTree(bytes)),
})

/** The root that an oath on the segment's interior swears to. */
const interiorRoot = (trace: Trace, first: number, length: number): string =>
  toHex(rootOf(interiorTree(interiorList(trace, first, length))))

/** Where the parts of a program file lie, SPEC section 9. The names at its end are a help to people, and nobody commits to them. */
function partsOf(program: Program, ports: ModelInterface): readonly (readonly [string, number, number])[] {
  const constants = 'OPINEPRG'.length + 4 + encodeHeader(program).length
  const kernels = program.constants.reduce((at, { bytes }) => at + 8 + bytes.length, constants)
  const names = encodeProgramFile(program, ports).length - encodeInterface(ports).length - 4
  return [
    ['header', 0, constants],
    ['constants', constants, kernels],
    ['kernels', kernels, names],
  ]
}

/** The program root of a program file; undefined if it is none. */
function rootOfFile(file: Uint8Array): string | undefined {
  try {
    return toHex(programTree(decodeProgramFile(file).program).root)
  } catch (error) {
    expect(error).to.be.instanceOf(OpineError)
    return undefined
  }
}

for (const [index, { name, file }] of zooModels().entries()) {
  describe(`one flipped bit changes the roots of ${name}`, () => {
    const random = new Random(1000 + index)
    const bytes = new Uint8Array(readFileSync(file))
    const { root: programRoot, program, interface: ports } = loadModel(bytes)
    const inputs = randomInputs(ports.inputs, index)
    const trace = buildTrace(program, inputs, execute)
    const traceRoot = toHex(rootOf(traceTree(trace, SALT)))

    it('in a buffer: the trace root if the kernel is committed, else the root of its interior alone', () => {
      for (let flip = 0; flip < BUFFER_FLIPS; flip++) {
        const kernel = random.below(program.kernels.length)
        const { committed, first, length } = program.places[kernel]!
        const { bytes: changed, bit } = flipped(trace.buffers[kernel]!, random)
        const other = withBuffer(trace, kernel, changed)
        const where = `bit ${bit} of kernel ${kernel}`
        expect(toHex(rootOf(traceTree(other, SALT))) !== traceRoot, where).to.equal(committed)
        expect(interiorRoot(other, first, length) !== interiorRoot(trace, first, length), where).to.equal(!committed)
      }
    })

    it('in an input: the input root', () => {
      const root = toHex(inputRoot(program, inputs))
      for (let flip = 0; flip < INPUT_FLIPS; flip++) {
        const input = random.below(inputs.length)
        const { bytes: changed, bit } = flipped(inputs[input]!, random)
        expect(toHex(inputRoot(program, inputs.with(input, changed))), `bit ${bit} of input ${input}`).to.not.equal(root)
      }
    })

    it('in the program: the program root, or it is no program any more', () => {
      const encoded = encodeProgramFile(program, ports)
      let refused = 0
      for (const [part, from, to] of partsOf(program, ports)) {
        for (let flip = 0; flip < PROGRAM_FLIPS; flip++) {
          const { bytes: changed, bit } = flipped(encoded, random, from, to)
          const root = rootOfFile(changed)
          if (root === undefined) refused += 1
          else expect(root, `bit ${bit}, in the ${part}`).to.not.equal(programRoot)
        }
      }
      expect(refused, 'most flips of constants and descriptors leave a program').to.be.lessThan(2 * PROGRAM_FLIPS)
    })
  })
}
