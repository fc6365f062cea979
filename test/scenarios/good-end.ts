import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { readRequest, readStake } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import { keccak256 } from 'ethers'
import { minedSince } from './history.ts'
import type { Stage } from './stage.ts'

/** What a daemon must never say about an honest account. */
const NEVER = ['ownAssertionDefeated', 'gameLost', 'outOfTime']

/**
 * @property requests  each with its input: the model's true output to that settles it
 * @property honest    accounts that lose nothing but gas
 * @property spent     wei that an honest account meant to spend, by its number: requests it paid for, bonds it gave up on purpose
 * @property expired   requests that were meant to expire
 * @property drained   false where somebody's money has to stay in the vault: a liar that is gone, an escrow that nobody claims
 */
export type GoodEnd = {
  readonly requests: readonly { readonly id: Hex; readonly input: Uint8Array }[]
  readonly honest: readonly number[]
  readonly spent?: Readonly<Record<number, bigint>>
  readonly expired?: readonly Hex[]
  readonly drained?: boolean
}

/**
 * With what every scenario ends. Ends the daemons, withdraws everybody's money, and expects: the right answers are settled; no honest account
 * lost more than gas; nothing was asserted or done twice; no daemon ended by itself or met an error that nobody foresaw; all money can be had.
 * @returns wei that each account gained, gas not counted
 */
export async function expectGoodEnd(stage: Stage, end: GoodEnd): Promise<ReadonlyMap<string, bigint>> {
  await expectAnswers(stage, end)
  await stage.dismiss()
  expectCalm(stage, end.honest)
  await expectOnce(stage)
  await withdrawAll(stage, end)
  const gains = await stage.ledger.gains()
  for (const who of end.honest) {
    const gain = gains.get(stage.address(who))!
    expect(gain + (end.spent?.[who] ?? 0n) >= 0n, `account ${who} lost ${-gain} wei beside its gas`).to.equal(true)
  }
  return gains
}

async function expectAnswers(stage: Stage, { requests, expired = [] }: GoodEnd): Promise<void> {
  for (const { id, input } of requests) {
    const { status } = await readRequest(stage.contracts, id)
    expect(status, `request ${id}`).to.equal('SETTLED')
    const [settled, ...more] = await stage.events('oracle', 'RequestSettled', id)
    expect(more, 'settled once').to.have.length(0)
    expect(settled!.output, `answer to ${id}`).to.equal(toHex(outputBytes(stage.truth(input))))
  }
  for (const id of expired) expect((await readRequest(stage.contracts, id)).status).to.match(/^EXPIRED/)
}

/** No daemon ended by itself, none met an error without a code, and no honest one lost anything. */
function expectCalm({ daemons, address }: Stage, honest: readonly number[]): void {
  const accounts = new Set(honest.map(address))
  for (const daemon of daemons) {
    expect(daemon.crashes, daemon.lastWords()).to.deep.equal([])
    expect(daemon.words, `${daemon.name} says nothing but log lines`).to.deep.equal([])
    expect(
      daemon.lines.filter(({ code }) => code === 'UNEXPECTED'),
      `${daemon.name} met errors that nobody foresaw`,
    ).to.deep.equal([])
    const account = daemon.said('started')[0]?.account
    if (typeof account === 'string' && accounts.has(account)) {
      for (const event of NEVER) expect(daemon.said(event), `${daemon.name}: ${event}`).to.deep.equal([])
    }
  }
}

/**
 * One assertion for each request and operator; no daemon's account did anything in a request, a game or a claim twice. What failed, or changed
 * nothing, is done again under another nonce, since its own is used. A reorganisation may make good what failed, and then both count: that is
 * out of anybody's hands, whose transactions are public. So each but the last of the same must have been in vain on a fork that is gone.
 */
async function expectOnce({ contracts, daemons, ledger, provider, events, inVain }: Stage): Promise<void> {
  const made = (await events('oracle', 'AssertionMade')).map(({ requestId, asserter }) => `${requestId} ${asserter}`)
  expect(repeated(made), 'asserted twice').to.deep.equal([])
  const accounts = new Set(daemons.flatMap((daemon) => daemon.said('started').map(({ account }) => account)))
  const names = [contracts.oracle, contracts.game, contracts.claims]
  const deeds = (await minedSince(provider, ledger.since)).flatMap(({ hash, from, to, data, ok, idle }) => {
    const abi = names.find(({ address }) => address === to)?.abi
    if (!ok || idle || !abi || !accounts.has(from)) return []
    return [{ hash, name: `${from} ${abi.getFunction(data.slice(0, 10))!.name} ${keccak256(data)}` }]
  })
  // The chain has an account's transactions in the order in which they were signed.
  const last = new Map(deeds.map(({ name, hash }) => [name, hash]))
  const twice = deeds.filter(({ name, hash }) => hash !== last.get(name) && !inVain.has(hash))
  expect(
    twice.map(({ name }) => name),
    'done twice',
  ).to.deep.equal([])
}

/** Every account takes out what it has; then the vault holds a wei for each contract, and nothing of anybody. */
async function withdrawAll(stage: Stage, { honest, drained = true }: GoodEnd): Promise<void> {
  const { contracts, ledger, provider } = stage
  const { operators } = contracts
  await Promise.all(
    ledger.accounts.map(async (account, who) => {
      const { total, locked } = await readStake(contracts, account)
      if (honest.includes(who) || drained) expect(locked, `locked stake of account ${who}`).to.equal(0n)
      if (total > locked) {
        await stage.transact(who, operators.encode('beginUnstake', total - locked))
        await stage.transact(who, operators.encode('completeUnstake'))
      }
      const [payout] = (await operators.read('payoutOf', account)) as unknown as [bigint]
      if (payout > 0n) await stage.transact(who, operators.encode('withdraw', account))
    }),
  )
  if (drained) expect(await provider.getBalance(operators.address), 'left in the vault').to.equal(3n)
}

const repeated = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index)
