import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { ASKER, CHALLENGER, digit, FEE, HONEST, LIAR, onStage } from './cast.ts'
import type { DaemonProcess } from './daemon-process.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import type { Stage } from './stage.ts'

const GWEI = 10n ** 9n
const LIE = '3:40:downstream:0x800000'

/** Blocks at this base fee; the next ones have less, as blocks that are not full do. */
async function blocksAt(stage: Stage, baseFee: bigint, count: number): Promise<void> {
  for (let block = 0; block < count; block++) {
    await stage.provider.send('anvil_setNextBlockBaseFeePerGas', [`0x${baseFee.toString(16)}`])
    await stage.provider.send('evm_mine', [])
    await sleep(150)
  }
}

/** Lets a process write no file beyond so many bytes: what follows fails as it does on a full disk. */
const limit = ({ pid }: DaemonProcess, bytes: number | 'unlimited'): void =>
  void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])

const fallen = (stage: Stage, id: `0x${string}`) => async (): Promise<boolean> => {
  const statuses = await stage.statuses(id)
  return statuses.length === 2 && statuses.includes('DEFEATED')
}

describe('what runs short', () => {
  it(
    'scenario: stuck transactions, base fees above what was offered, and a gas spike over the cap: what is stuck is replaced, what can wait waits, all ends well',
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(4)
      const more = ['--replace-after', '1000', '--fee-cap', '40gwei']
      const honest = stage.operator(HONEST, { more })
      const challenger = stage.challenger(CHALLENGER, { more })
      stage.operator(LIAR, { lie: LIE, more: ['--replace-after', '1000'] })
      await stage.begun()
      const id = await stage.ask(ASKER, input)
      // No block comes, and when one does, it costs more than was offered.
      await stage.provider.send('evm_setAutomine', [false])
      await stage.until('the answer is stuck and offered for more', () => honest.said('transactionReplaced').length > 0)
      await blocksAt(stage, 20n * GWEI, 8)
      await stage.until('both answered', async () => {
        await blocksAt(stage, 20n * GWEI, 1)
        return (await stage.assertions(id)).length === 2
      })
      // Gas costs ten times what the honest allow, for many blocks.
      await blocksAt(stage, 400n * GWEI, 15)
      await stage.until('they say that they wait', async () => {
        await blocksAt(stage, 400n * GWEI, 1)
        return challenger.said('feeCapReached').length > 0
      })
      const sent = await stage.provider.getTransactionCount(stage.address(CHALLENGER))
      await blocksAt(stage, 400n * GWEI, 5)
      expect(await stage.provider.getTransactionCount(stage.address(CHALLENGER)), 'nothing is paid that dear').to.equal(sent)
      await blocksAt(stage, GWEI, 1)
      await stage.provider.send('evm_setAutomine', [true])
      const blocks = setInterval(() => void stage.mine(), 300)
      await stage.until('the lie fell', fallen(stage, id)).finally(() => clearInterval(blocks))
      await settled(stage, id)
      await playOut(stage)
      const replaced = stage.daemons.map(({ name, said }) => `${name} ${said('transactionReplaced').length}`)
      console.log(`replaced: ${replaced.join(', ')}; waited: ${challenger.said('feeCapReached').length}`)
      await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER], spent: { [ASKER]: FEE } })
    }),
  )

  it(
    'scenario: a full disk in the middle of a game: both sides say so, send nothing that is not recorded, and go on once there is room, or in another life',
    { skip: process.platform !== 'linux' },
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(7)
      const honest = stage.operator(HONEST)
      const challenger = stage.challenger(CHALLENGER)
      const liar = stage.operator(LIAR, { lie: LIE })
      await stage.begun()
      // Its disk is full before it can answer.
      limit(honest, 1000)
      const id = await stage.ask(ASKER, input)
      await stage.until('the lie is told', async () => (await stage.assertions(id)).length === 1)
      await stage.until('the operator says so', () => honest.said('storeUnwritable').length === 1)
      await stage.until('a game is under way', () => challenger.moves().includes('open'))
      limit(challenger, 1000)
      await stage.until('the challenger says so', async () => {
        await stage.mine()
        return challenger.said('storeUnwritable').length === 1
      })
      const sent = async () => Promise.all([HONEST, CHALLENGER].map((who) => stage.provider.getTransactionCount(stage.address(who))))
      await sleep(500)
      const before = await sent()
      await stage.mine(3)
      await sleep(1500)
      expect(await sent(), 'nothing is sent that is not recorded').to.deep.equal(before)
      // One has room again; the other is killed, and begins anew where there is room.
      limit(challenger, 'unlimited')
      await honest.restart()
      await stage.until('the lie fell', fallen(stage, id))
      expect(challenger.said('storeWritable')).to.have.length(1)
      expect(liar.running).to.equal(true)
      await settled(stage, id)
      await playOut(stage)
      await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER], spent: { [ASKER]: FEE } })
    }),
  )
})
