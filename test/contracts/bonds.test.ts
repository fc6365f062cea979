import { before, describe, it } from 'node:test'
import { BondsHarness } from '@opine/abi/generated/BondsHarness.ts'
import { Random } from '@opine/models/ir/random.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ETHER, GWEI } from '../support/arena.ts'
import { deploy } from '../support/deploy.ts'
import { embeddedChain } from '../support/embedded-chain.ts'

describe('bonds', () => {
  let bonds: Contract
  before(async () => {
    const provider = await embeddedChain()
    bonds = await deploy(BondsHarness, [], await provider.getSigner())
  })
  const call = (name: string, ...args: readonly bigint[]) => bonds.getFunction(name)(...args)

  it('of asserters pay for a challenge out of the most reward: gas, re-run and as much again', async () => {
    for (const [price, fee] of [
      [GWEI, ETHER / 100n],
      [50n * GWEI, 0n],
      [1n, ETHER],
    ] as const) {
      const bond: bigint = await call('asserterBond', price, fee, 0n)
      expect(bond / 5n).to.equal(3_000_000n * price + 2n * fee)
    }
    expect(await call('asserterBond', GWEI, 0n, ETHER), 'the floor').to.equal(ETHER)
  })

  it('of challengers cover the defender’s gas with a margin', async () => {
    expect(await call('challengerBond', 2_000_000n, GWEI, 12_500n, 0n)).to.equal(2_500_000n * GWEI)
    expect(await call('challengerBond', 2_000_000n, GWEI, 12_500n, ETHER), 'the floor').to.equal(ETHER)
    expect(await call('gasPriceFor', 5n, 3n, 1n)).to.equal(5n)
    expect(await call('gasPriceFor', 5n, 3n, 2n)).to.equal(6n)
  })

  it('that are lost are burned for at least the half, whatever the amounts', async () => {
    const random = new Random(5)
    const amount = (): bigint => BigInt(random.below(2 ** 31)) ** BigInt(1 + random.below(2)) + BigInt(random.below(3))
    for (let i = 0; i < 200; i++) {
      const [bond, gasFigure, fee] = [i < 12 ? BigInt(i) : amount(), amount(), amount()] as const
      const [reward, consumer]: [bigint, bigint] = await call('split', bond, gasFigure, fee)
      expect(2n * (bond - reward - consumer) >= bond, `${bond}: ${reward} and ${consumer}`).to.equal(true)
      expect(reward <= bond / 5n && reward >= (bond / 10n < bond / 5n ? bond / 10n : bond / 5n), `${bond}: ${reward}`).to.equal(true)
      expect(consumer <= fee, 'the requester gets no more than its fee').to.equal(true)
    }
    expect(await call('split', 1000n, 30n, 5n)).to.deep.equal([130n, 5n])
    expect(await call('split', 1000n, 130n, 500n)).to.deep.equal([200n, 300n])
  })
})
