import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { BracketReader } from '@opine/abi/generated/BracketReader.ts'
import { tokensOf } from '@opine/models/zoo/reader/brackets.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { ALICE, BOB, Clinic, HONEST, LIAR, numbersOf, OWNER } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/CONSUMERS.md')
const page = readFileSync(PAGE, 'utf8')
const FEE = ETHER / 100n

describe('the guide for contract authors', () => {
  const blocks = [...page.matchAll(/^```solidity(?: file=(\S+))?\n(.*?)^```$/gms)].map(([, file, code]) => ({ file, code: code! }))

  it('quotes contracts that are compiled here, word for word', () => {
    expect(blocks.length).least(8)
    for (const { file, code } of blocks) {
      expect(file, `a block names its file: ${code.slice(0, 60)}`).not.equal(undefined)
      expect(readFileSync(join(ROOT, file!), 'utf8').includes(code), `${file} has: ${code}`).equal(true)
    }
  })

  it('has the shortest consumer whole', () => {
    const whole = readFileSync(join(ROOT, 'contracts/examples/BracketReader.sol'), 'utf8')
    expect(whole).equal(`// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n\n${blocks[0]!.code}`)
  })

  it('links to what is there', () => {
    const prose = page.replace(/^```.*?^```$/gms, '')
    const links = [...prose.matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => target!)
    expect(links.length).least(20)
    for (const link of links) expect(existsSync(join(dirname(PAGE), link)), link).equal(true)
  })

  it('names tiers as they are', () => {
    const source = readFileSync(join(ROOT, 'contracts/consumer/Tiers.sol'), 'utf8')
    const rows = [...page.matchAll(/^\| `(\w+)\(\)` \| (\d+ \w+) \| (\d) \|/gm)]
    expect(rows.map(([, name]) => name)).deep.equal(['quick', 'standard', 'high', 'critical'])
    for (const [, name, time, stakes] of rows) {
      const [, liveness, redundancy] = new RegExp(`function ${name}\\(\\).*?liveness: ([^,]+),.*?redundancy: (\\d)`, 's').exec(source)!
      expect([`${liveness}s`.replace(/ss$/, 's'), redundancy]).deep.equal([`${time}s`.replace(/ss$/, 's'), stakes])
    }
  })
})

describe('the shortest consumer', () => {
  let clinic: Clinic
  let reader: Contract
  before(async () => {
    clinic = await Clinic.open('reader')
    reader = await deploy(BracketReader, [clinic.arena.deployment.oracle, clinic.arena.versionId], clinic.arena.signers[OWNER]!)
  })

  const text = (brackets: string): Uint8Array => new Uint8Array(Int32Array.from(tokensOf(brackets)).buffer)
  const ask = async (brackets: string, extra = 0n) => {
    const price: bigint = await reader.getFunction('priceOf')(FEE)
    return clinic.question(await clinic.send(reader, ALICE, 'ask', [text(brackets), FEE], price + extra))
  }
  const bitsOf = (output: Uint8Array): bigint => BigInt(new DataView(output.slice().buffer).getUint32(0, true))

  it('asks, is answered, and its owner gets the change', async () => {
    const question = await ask('([]){}', 55n)
    const answer = await clinic.assert(question)
    await clinic.settle(question, answer)
    expect(await reader.getFunction('probabilityOf')(question.requestId)).equal(bitsOf(answer.output))
    expect(numbersOf(answer.output)[0]! > 0.5, 'they balance').equal(true)
    const before = await clinic.arena.provider.getBalance(clinic.address(OWNER))
    await clinic.send(reader, BOB, 'collect', [])
    expect((await clinic.arena.provider.getBalance(clinic.address(OWNER))) - before).equal(55n)
  })

  it('never hears a lie that falls', async () => {
    const question = await ask('([)]')
    const lying = await clinic.assert(question, LIAR, clinic.lie(question, 0, 0, 0.99))
    await clinic.topple(question, lying)
    const answer = await clinic.assert(question)
    await clinic.settle(question, answer)
    expect(await reader.getFunction('probabilityOf')(question.requestId)).equal(bitsOf(answer.output))
    expect(numbersOf(answer.output)[0]! < 0.5, 'they do not balance').equal(true)
  })

  it('hears the oracle alone', async () => {
    const id = `0x${'33'.repeat(32)}`
    expect(await errorName(reader, clinic.attempt(reader, HONEST, 'onInference', [id, id, '0x00000000']))).equal(
      'InferenceConsumer_NotOracle',
    )
  })
})
