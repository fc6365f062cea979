import { before, test } from 'node:test'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { OPCODES } from '@opine/models/ir/opcodes.ts'
import { Random } from '@opine/models/ir/random.ts'
import { RULES, type Rule } from '@opine/models/ir/rules.ts'
import { validateKernelBytes } from '@opine/models/ir/validate-kernel.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { axisKind, cutImmediate, damagedBytes, damagedMeta, hugeSubject, segmentSubject } from './damaged-subjects.ts'
import { KERNEL_MUTATIONS } from './kernel-mutations.ts'
import { kernelCaseOf, plainSubject, randomSubject, type Subject } from './subject.ts'
import { deployValidator, ruleOnChain } from './validator-chain.ts'

const BYTE_CASES = 2_500
const META_CASES = 1_500
const KERNEL_CASES = 100
/** Times that each rule has to be found violated, and kernels to be found valid. */
const LEAST_HITS = 25
/** Likewise each way to violate a rule with an indexed axis. */
const LEAST_INDEXED = 8

let validator: Contract

before(async () => {
  validator = await deployValidator()
})

const hits = new Map<Rule | null, number>()
/** Violations by indexed axes, as TypeScript words them, each of which has to be found too. */
const INDEXED = [
  /there is no axis kind/,
  /which is not before it/,
  /which is indexed itself/,
  /which is not of i32/,
  /^lookupInResult .* follows the reduce coordinates/,
]
const details: string[] = []

/** Both validators on all subjects: the same rule, or none. */
async function compare(count: number, subjectOf: (index: number) => Subject, what: string): Promise<void> {
  for (let start = 0; start < count; start += 50) {
    const subjects = Array.from({ length: Math.min(50, count - start) }, (_, offset) => subjectOf(start + offset))
    const found = await Promise.all(subjects.map((subject) => ruleOnChain(validator, subject)))
    for (const [offset, subject] of subjects.entries()) {
      const expected = validateKernelBytes(kernelCaseOf(subject))
      if (found[offset] !== (expected?.rule ?? null)) {
        const text = `${what} ${start + offset}, kernel ${toHex(subject.descriptor)}, meta ${toHex(kernelCaseOf(subject).meta)}`
        expect.fail(`the contract finds ${found[offset]}, TypeScript ${expected?.rule}: ${expected?.detail}; ${text}`)
      }
      hits.set(found[offset]!, (hits.get(found[offset]!) ?? 0) + 1)
      if (expected) details.push(`${what} ${expected.detail}`)
    }
  }
}

for (const [name, mutation] of Object.entries(KERNEL_MUTATIONS)) {
  test(`both validators agree on kernels changed by ${name}`, async () => {
    await compare(KERNEL_CASES, (index) => randomSubject(new Random(1000 * name.length + index), mutation), name)
  })
}

test('both validators agree on damaged descriptor bytes', async () => {
  await compare(BYTE_CASES, (index) => damagedBytes(new Random(50_000 + index)), 'bytes')
})

test('both validators agree on immediates that are cut short', async () => {
  await compare(60, (index) => cutImmediate(new Random(70_000 + index), index % 3), 'cut')
})

test('both validators agree on kinds of axes', async () => {
  await compare(KERNEL_CASES, (index) => axisKind(new Random(70_000 + index)), 'kind')
})

test('both validators agree on damaged metas', async () => {
  await compare(META_CASES, (index) => damagedMeta(new Random(90_000 + index)), 'meta')
})

test('both validators agree on the lengths of segments', async () => {
  await compare(16, (index) => segmentSubject(61 + (index % 8), index >= 8), 'segment')
})

test('both validators agree on addresses at the bounds of a huge buffer', async () => {
  const random = new Random(3)
  await compare(500, () => hugeSubject(random), 'huge')
})

test('both validators take a code of 1024 bytes and none of 1025', async () => {
  const negations = (bytes: number) =>
    plainSubject({ code: [3, 0, 0, 0, 0, ...Array.from({ length: bytes - 5 }, () => OPCODES['f32.neg']!.code)] })
  await compare(2, (index) => negations(1024 + index), 'length')
  expect([await ruleOnChain(validator, negations(1024)), await ruleOnChain(validator, negations(1025))]).to.deep.equal([null, 'CODE'])
})

test('both validators know the types of every opcode, and no other opcode', async () => {
  const known = new Map(Object.values(OPCODES).map(({ code, immediate }) => [code, immediate === 'bits' ? 4 : immediate ? 1 : 0]))
  const cases: Subject[] = []
  for (let opcode = 0; opcode < 256; opcode++) {
    // Three values of all types, the opcode, and as many values taken away afterwards as leave one, or too many or too few.
    for (const types of known.has(opcode) ? [0, 1, 2, 3, 4, 5, 6, 7] : [0, 7]) {
      for (let drops = 0; drops < 4; drops++) {
        const push = [0, 1, 2].flatMap((slot) => [((types >> slot) & 1) + 3, 0, 0, 0, 0])
        const code = [
          ...push,
          opcode,
          ...Array.from({ length: known.get(opcode) ?? 0 }, () => 0),
          ...Array.from({ length: drops }, () => [7, 0]).flat(),
        ]
        cases.push(plainSubject({ code, resultType: opcode % 2 === types % 2 ? 'f32' : 'i32' }), plainSubject({ code, resultType: 'i32' }))
      }
    }
  }
  await compare(cases.length, (index) => cases[index]!, 'opcode')
})

test('every rule was found violated, and many kernels valid', () => {
  for (const rule of [...RULES, null]) expect(hits.get(rule) ?? 0, String(rule)).to.be.at.least(LEAST_HITS)
  for (const wording of INDEXED)
    expect(details.filter((detail) => wording.test(detail)).length, String(wording)).to.be.at.least(LEAST_INDEXED)
})
