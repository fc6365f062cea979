import type { Journal } from '@opine/node-kit/journal.ts'
import type { Sender } from '@opine/node-kit/sender.ts'
import type { Signer } from 'ethers'
import { Games } from './games.ts'
import { OneShot } from './one-shot.ts'
import type { ChallengerDeps, ChallengerOptions } from './options.ts'
import { Peers } from './peers.ts'
import { Rewards } from './rewards.ts'
import type { Truth } from './truth.ts'
import { TwoOaths } from './two-oaths.ts'

type Deps = Pick<ChallengerDeps, 'chain' | 'store' | 'log' | 'signal'> & {
  readonly journal: Journal
  readonly sender: Sender
  readonly truth: Truth
  readonly wallet: Signer
}

/** The games of a challenger, with all the ways to end them. */
export function gamesOf({ peers = {}, budget }: ChallengerOptions, deps: Deps): Games {
  const { chain, store, log, journal, sender, truth, wallet } = deps
  const { contracts, levels } = chain
  const { given = new Map<string, string>(), announced = true } = peers
  const twoOaths = new TwoOaths({ contracts, journal, sender, store, log })
  const known = new Peers({ given, announced, reach: chain.onOneMachine ? 'machine' : 'internet' }, journal)
  const asked = announced || given.size > 0
  const limits = budget === undefined ? {} : { budget }
  const oneShot = asked ? new OneShot({ ...deps, peers: known, twoOaths, signer: wallet, ...limits }) : undefined
  const rewards = new Rewards({ chain, contracts, journal, sender, truth, log })
  return new Games({ contracts, journal, sender, truth, log, levels, rewards, oneShot, twoOaths })
}
