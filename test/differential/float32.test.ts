import { before, test } from 'node:test'
import { Float32Harness } from '@opine/abi/generated/Float32Harness.ts'
import { OPCODES } from '@opine/models/ir/opcodes.ts'
import { bitsOf, canonicalBits, fromBits, widenHalf } from '@opine/models/numerics/bits.ts'
import { operandPairs } from '@opine/models/numerics/cases.ts'
import { SCALAR_OPS } from '@opine/models/numerics/scalar.ts'
import { expect } from 'chai'
import { BrowserProvider, Contract, ContractFactory } from 'ethers'
import hre from 'hardhat'

const CASES = 28_000
const BATCH = 4_000

let harness: Contract

before(async () => {
  const chain = await hre.network.create()
  const provider = new BrowserProvider(chain.provider, undefined, { cacheTimeout: -1 })
  provider.pollingInterval = 20
  const factory = new ContractFactory(Float32Harness.abi, Float32Harness.bytecode, await provider.getSigner())
  const deployed = await factory.deploy()
  await deployed.waitForDeployment()
  harness = new Contract(await deployed.getAddress(), Float32Harness.abi, provider)
})

/** Big-endian, as the harness reads them. */
function pack(words: Uint32Array): Uint8Array {
  const bytes = Uint8Array.from(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
  const view = new DataView(bytes.buffer)
  words.forEach((word, index) => {
    view.setUint32(4 * index, word)
  })
  return bytes
}

/** The 256-bit results of one operation on all pairs. Decoded by hand, since there are many. */
async function onChain(code: number, pairs: Uint32Array): Promise<Uint32Array> {
  const results = new Uint32Array(pairs.length / 2)
  const call = harness.interface.getFunction('run')!
  for (let start = 0; start < results.length; start += BATCH) {
    const part = pairs.subarray(2 * start, 2 * (start + BATCH))
    const data = harness.interface.encodeFunctionData(call, [code, pack(part)])
    const answer = Buffer.from((await harness.runner!.call!({ to: harness.target, data })).slice(2), 'hex')
    expect(answer.length).to.equal(64 + 16 * part.length)
    for (let index = 0; index < part.length / 2; index++) {
      const at = 64 + 32 * index
      if (answer.subarray(at, at + 28).some((byte) => byte !== 0)) expect.fail(`more than 32 bits from opcode ${code}`)
      results[start + index] = answer.readUInt32BE(at + 28)
    }
  }
  return results
}

function defined(name: string): (a: number, b: number) => number {
  const { takes, gives } = OPCODES[name]!
  const operand = takes[0] === 'f32' ? fromBits : (word: number) => word | 0
  const operation = SCALAR_OPS[name]!
  return gives[0] === 'f32' ? (a, b) => bitsOf(operation(operand(a), operand(b))) : (a, b) => operation(operand(a), operand(b)) >>> 0
}

async function compare(name: string, code: number, definition: (a: number, b: number) => number, pairs: Uint32Array): Promise<void> {
  const results = await onChain(code, pairs)
  results.forEach((got, index) => {
    const [a, b] = [pairs[2 * index]!, pairs[2 * index + 1]!]
    const want = definition(a, b)
    if (got !== want) expect.fail(`${name} ${a.toString(16)} ${b.toString(16)}: ${got.toString(16)} on chain, not ${want.toString(16)}`)
  })
}

const arithmetic = Object.entries(OPCODES).filter(([, { code }]) => code >= 0x10)
for (const [index, [name, { code }]] of arithmetic.entries()) {
  test(`${name} on chain equals the definition`, async () => {
    // a bit cast is no more than the one NaN there, seen from either side
    const definition = name === 'i32.bits' || name === 'f32.bits' ? canonicalBits : defined(name)
    await compare(name, code, definition, operandPairs(CASES, 1000 + index))
  })
}

test('the one NaN and the widening of all halves on chain equal the definition', async () => {
  await compare('canonical', 0x40, canonicalBits, operandPairs(CASES, 5))
  const halves = Uint32Array.from({ length: 131072 }, (_, index) => (index % 2 === 0 ? index / 2 : 0))
  await compare('widen', 0x41, widenHalf, halves)
})

test('a multiplication and an addition take at most 1000 gas', async (context) => {
  const pairs = operandPairs(9_000, 77).map((bits) => ((bits & 0x83ffffff) | 0x3c000000) >>> 0)
  const [mul, add] = [SCALAR_OPS['f32.mul']!, SCALAR_OPS['f32.add']!]
  const block = pairs.subarray(pairs.length - 256)
  let sum = 0
  for (let index = 0; index < block.length; index += 2) sum = add(sum, mul(fromBits(block[index]!), fromBits(block[index + 1]!)))
  const [bits, gas] = await harness.getFunction('dot').staticCall(pack(block))
  expect(Number(bits)).to.equal(bitsOf(sum))
  const each = Number(gas) / (block.length / 2)
  context.diagnostic(`mul + add: ${each.toFixed(0)} gas on average over a block of ${block.length / 2} terms`)
  expect(each).to.be.within(100, 1000)
})
