import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { inputRoot, splitInputs } from '@opine/models/trace/commit.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import { gameIdOf } from '@opine/node-kit/ids.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Head } from '@opine/node-kit/sync.ts'
import { keccak256 } from 'ethers'

export type OpeningDeps = { readonly contracts: Contracts; readonly journal: Journal; readonly sender: Sending }

/** Has the oracle write down what a game needs to know: an undisputed answer does not pay for it. */
export async function prepare({ contracts, journal, sender }: OpeningDeps, assertionId: Hex, program: Program): Promise<void> {
  const { requestId } = journal.assertion(assertionId)!
  const evidence = {
    request: requestId,
    nonce: journal.request(requestId)!.nonce,
    inputRoot: toHex(inputRoot(program, splitInputs(program, fromHex(journal.input(requestId)!)))),
    outputHash: keccak256(journal.output(assertionId)!),
  }
  const facts = { kind: 'prepare', assertionId, requestId }
  await sender.send({ key: `prepare:${assertionId}`, facts, anybody: true, ...contracts.oracle.encode('prepare', assertionId, evidence) })
}

/** Opens a game over an assertion that is prepared. @param root  the own, against which a reward is paid */
export async function open({ contracts, sender }: OpeningDeps, assertionId: Hex, root: Hex, head: Head): Promise<void> {
  // The base fee may double until the transaction is mined; what is too much is credited back.
  const [bond] = (await contracts.game.read('challengerBondAt', assertionId, 2n * head.baseFee)) as unknown as [bigint]
  const move = { kind: 'open', assertionId, root, gameId: gameIdOf(assertionId, sender.address, root), bond: String(bond) }
  await sender.send({ key: `open:${move.gameId}`, facts: move, ...contracts.game.encode('open', assertionId, root), value: bond })
}
