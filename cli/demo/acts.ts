import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { requestTerms } from '@opine/node-kit/request-terms.ts'
import { Contract } from 'ethers'
import { send } from '../chain/send.ts'
import type { Director } from './director.ts'
import type { Daemon } from './process.ts'
import type { Stage } from './stage.ts'
import { PROTOCOL, REQUEST } from './terms.ts'

/** Starts one of the three daemons; `lie` is what a lying operator is told to say. */
export type StartDaemon = (role: 'honest' | 'liar' | 'challenger', lie?: string) => Daemon

/** More than any of these takes, so that only what is broken is given up; seconds on this machine's clock. */
const PATIENCE = { answer: 30, dispute: 60, settlement: 20, claim: 20 }

/** A claim's draw uses the hash of the second block after it began, which must be a past block. */
const SEED_BLOCKS = 3

/** The play: question, lie, truth, dispute, settlement, reward. Each wait is bounded. */
export async function playActs(stage: Stage, director: Director, start: StartDaemon, image: Uint8Array, lie: string): Promise<void> {
  const { cast, provider, signers } = stage
  const from = (address: string) => (args: { readonly [name: string]: unknown }) => args.asserter === address

  await director.enter(start('liar', lie))
  const reader = new Contract(stage.contracts.reader.target, DigitReader.abi, signers.asker)
  const { deadline, liveness, bond, callbackGas, fee } = REQUEST
  const now = (await provider.getBlock('latest'))!.timestamp
  const terms = requestTerms({ deadline: now + deadline, liveness, bond, fee, callbackGas })
  const due: bigint = await stage.contracts.oracle.getFunction('estimateFee')(stage.versionId, terms)
  await send(reader, 'read', [toHex(image), terms], { value: due })
  await director.until('AssertionMade', "the lying operator's answer", PATIENCE.answer, from(cast.liar.address))

  await director.enter(start('honest'))
  await director.enter(start('challenger'))
  await director.until('AssertionDefeated', 'the dispute to be won', PATIENCE.dispute, from(cast.liar.address))
  await director.until('AssertionMade', "the honest operator's answer", PATIENCE.answer, from(cast.honest.address))

  await director.passTime(liveness + 1, 'nobody disputes the honest answer')
  await director.until('RequestSettled', 'the settlement', PATIENCE.settlement)
  await director.until('ClaimStarted', "the challenger's claim", PATIENCE.claim)
  await director.passBlocks(SEED_BLOCKS, 'their hashes draw what the claim must open')
  await director.until('ClaimProved', "the claim's proof", PATIENCE.claim)
  await director.passTime(PROTOCOL.claimWindow + 1, 'others could have claimed as well')
  await director.until('RewardPaid', 'the reward', PATIENCE.claim)
}
