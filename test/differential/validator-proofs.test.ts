import { before, test } from 'node:test'
import { fromHex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { load, op } from '@opine/models/ir/expression.ts'
import { metaOf } from '@opine/models/ir/meta.ts'
import type { Kernel, Place, Program } from '@opine/models/ir/types.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { expect } from 'chai'
import { type Contract, isCallException } from 'ethers'
import { kernelOf } from './kernel-mutations.ts'
import { callOf, type Subject } from './subject.ts'
import { deployValidator } from './validator-chain.ts'

let validator: Contract

before(async () => {
  validator = await deployValidator()
})

const sum: Kernel = {
  foldType: 'f32',
  resultType: 'f32',
  storeType: 'f32',
  shape: [4],
  reduce: null,
  loads: [0, 2].map((buffer) => ({ buffer, lag: 0, base: 0, fill: 0, axes: [] })),
  term: [],
  result: [load(0), load(1), op('f32.add')],
}
const first: Kernel = { ...sum, loads: [], result: [{ op: 'f32.const', arg: 0 }] }
const alone = (index: number): Place => ({ committed: true, first: index, length: 1 })
const program: Program = {
  inputs: [{ type: 'f32', count: 1 }],
  constants: [{ type: 'u8', count: 1, bytes: new Uint8Array(1) }],
  kernels: [first, sum, first],
  places: [alone(0), alone(1), alone(2)],
  outputs: [2],
  claims: [0, 1],
}

/** Kernel 1 of the program, which loads from buffers 0 and 2; its leaf is buffer 3 of 5. */
function subject(kernel: Kernel = sum): Subject {
  const metas = Array.from({ length: 5 }, (_, buffer) => metaOf(program, buffer))
  return { counts: { inputs: 1, constants: 1, kernels: 3 }, kernel: 1, metas, descriptor: encodeKernel(kernel) }
}

type Proof = { meta: string; body: string; siblings: string[] }
type Args = [string, number, number, number, number, Proof, string, { buffer: number; proof: Proof }[]]
const argsOf = (kernel?: Kernel) => [...callOf(subject(kernel)).args] as Args

/** `true` or `false`, or the name and arguments of the error. */
async function judge(args: Args): Promise<unknown> {
  try {
    return await validator.getFunction('isInvalid').staticCall(...args)
  } catch (error) {
    if (!isCallException(error) || !error.revert) throw error
    return [error.revert.name.replace('KernelValidator_', ''), ...error.revert.args.map(Number)].join(' ')
  }
}
const only = (args: Args, ...buffers: number[]): Args => [
  args[0],
  args[1],
  args[2],
  args[3],
  args[4],
  args[5],
  args[6],
  args[7].filter(({ buffer }) => buffers.includes(buffer)),
]
const altered = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`

test('a valid kernel is not invalid, with just its operands', async () => {
  validateProgram(program)
  expect(await judge(argsOf())).to.equal(false)
  expect(await judge(only(argsOf(), 0, 2))).to.equal(false)
  const args = argsOf()
  args[7].reverse()
  expect(await judge(args)).to.equal(false)
})

test('an operand that is needed and absent is named', async () => {
  expect(await judge(only(argsOf(), 2))).to.equal('MissingOperand 0')
  expect(await judge(only(argsOf(), 0))).to.equal('MissingOperand 2')
  expect(await judge(only(argsOf()))).to.equal('MissingOperand 0')
})

test('a kernel that is invalid by itself needs no operands', async () => {
  expect(await judge(only(argsOf({ ...sum, loads: sum.loads.map((one) => ({ ...one, lag: 1 })) })))).to.equal(true)
  expect(await judge(only(argsOf({ ...sum, loads: sum.loads.map((one) => ({ ...one, buffer: 3 })) })))).to.equal(true)
  // One that its code makes invalid does.
  const untyped = { ...sum, result: [load(0), load(1), op('i32.add')] }
  expect(await judge(only(argsOf(untyped), 0))).to.equal('MissingOperand 2')
  expect(await judge(argsOf(untyped))).to.equal(true)
})

test('the kernel before is looked at only where it is given', async () => {
  const one = { ...subject(), kernel: 1 }
  one.metas[2] = metaOf({ ...program, places: [{ committed: true, first: 0, length: 2 }, alone(1), alone(2)] }, 2)
  const lonely = { ...one, descriptor: encodeKernel({ ...sum, loads: [], result: first.result }) }
  expect(await judge([...callOf(lonely).args] as Args)).to.equal(true)
  expect(await judge(only([...callOf(lonely).args] as Args, 0))).to.equal(false)
})

test('every altered proof of the kernel or an operand is refused', async () => {
  for (const target of [-1, 0, 2]) {
    const changes: ((proof: Proof) => Proof)[] = [
      (proof) => ({ ...proof, meta: altered(proof.meta) }),
      (proof) => ({ ...proof, body: altered(proof.body) }),
      (proof) => ({ ...proof, siblings: proof.siblings.with(1, altered(proof.siblings[1]!)) }),
      (proof) => ({ ...proof, siblings: proof.siblings.slice(1) }),
      (proof) => ({ ...proof, siblings: [...proof.siblings, proof.meta] }),
    ]
    for (const change of changes) {
      const args = argsOf()
      if (target < 0) args[5] = change(args[5])
      else args[7] = args[7].map((operand) => (operand.buffer === target ? { ...operand, proof: change(operand.proof) } : operand))
      expect(await judge(args)).to.equal(`WrongProgramLeaf ${target < 0 ? 3 : target}`)
    }
  }
})

test('a proof counts for its own index alone', async () => {
  const swapped = argsOf()
  const [zero, , two] = swapped[7]
  swapped[7] = [
    { buffer: 0, proof: two!.proof },
    { buffer: 2, proof: zero!.proof },
  ]
  expect(await judge(swapped)).to.equal('WrongProgramLeaf 2')
  for (const kernel of [0, 2, 3, 9]) {
    const args = argsOf()
    args[4] = kernel
    expect(await judge(args)).to.equal(`WrongProgramLeaf ${2 + kernel}`)
  }
})

test('a descriptor that is not the leaf’s is refused', async () => {
  const args = argsOf()
  args[6] = altered(args[6])
  expect(await judge(args)).to.equal('WrongDescriptor')
  args[6] = '0x'
  expect(await judge(args)).to.equal('WrongDescriptor')
})

/** Of the 2^24 that one transaction may use, most must remain for what the game does around the judgement. */
const GAS_CAP = 2_000_000

test('the longest valid kernel with the most operands is judged within the gas cap', async () => {
  const long = kernelOf(sum, 4096)
  const kernel = { ...long, loads: long.loads.map((one, index) => ({ ...one, buffer: index })) }
  const metas = Array.from({ length: 10 }, (_, buffer) =>
    metaOf({ ...program, inputs: Array(8).fill(program.inputs[0]), constants: [] }, buffer),
  )
  metas[9] = metaOf({ ...program, inputs: [], constants: [], kernels: [kernel], places: [alone(1)] }, 0)
  const longest: Subject = { counts: { inputs: 8, constants: 0, kernels: 65_536 }, kernel: 1, metas, descriptor: encodeKernel(kernel) }
  const args = [...callOf(longest).args] as Args
  // The same leaves as the leftmost ones of the deepest tree, 17 levels.
  const levels = Array.from({ length: 13 }, (_, level) => toHex(sha256(Uint8Array.of(level))))
  args[0] = levels.reduce((node, sibling) => toHex(sha256(fromHex(node), fromHex(sibling))), args[0])
  for (const { siblings } of [args[5], ...args[7].map(({ proof }) => proof)]) siblings.push(...levels)
  expect(await judge(args)).to.equal(false)
  expect(Number(await validator.getFunction('isInvalid').estimateGas(...args))).to.be.lessThan(GAS_CAP)
})
