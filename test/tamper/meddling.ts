import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { id, toBeHex } from 'ethers'
import type { State } from '../support/player.ts'
import { ACCOMPLICE, ATTACKER, type Siege } from './siege.ts'

/** What can be tried at any time. */
export async function meddle(siege: Siege, gameId: string, gameOfAccomplice: string, state: State): Promise<void> {
  const { chain, random } = siege
  const { deployment } = chain.arena
  const attempts: readonly (() => Promise<void>)[] = [
    () => siege.refusedMove('a timeout before the time', ATTACKER, 'timeout', [gameId], ['DisputeGame_NotExpired']),
    () => siege.refusedMove("a timeout of another's game", ATTACKER, 'timeout', [gameOfAccomplice], ['DisputeGame_NotExpired']),
    () => siege.refusedMove('a refund while the assertion stands', ATTACKER, 'refund', [gameId], ['DisputeGame_AssertionStands']),
    () => siege.refusedMove('a pick in the wrong hands', ACCOMPLICE, 'pick', pickArguments(gameId, state), ['DisputeGame_NotChallenger']),
    () =>
      siege.refusedMove(
        'a move at another node',
        ATTACKER,
        'descendTensor',
        [gameId, random.bytes(WORD), 0, random.bytes(WORD), [], 0],
        ['DisputeGame_WrongPhase', 'DisputeGame_UnexpectedNode'],
      ),
    () =>
      siege.refusedMove(
        'a path of random nodes',
        ATTACKER,
        state.phase === 'TRACE' ? 'descendTrace' : 'descendTensor',
        astray(siege, gameId, state),
        ['DisputeGame_WrongPath', 'DisputeGame_NotYourTurn', 'DisputeGame_WrongPhase'],
      ),
    () => siege.refused('a claim', ATTACKER, deployment.claims, selector('startClaim(bytes32)', gameId), ['RewardClaims_NotClaimant']),
    () =>
      siege.refused('a payment of no reward', ATTACKER, deployment.claims, selector('payClaim(bytes32)', siege.assertion.id), [
        'RewardClaims_NoReward',
      ]),
    () =>
      siege.refused(
        'a defeat by decree',
        ATTACKER,
        deployment.oracle,
        selector('defeat(bytes32,bytes32,uint256)', siege.assertion.id, gameId, toBeHex(1, WORD)),
        ['InferenceOracle_NotGame'],
      ),
    () =>
      siege.refused('a game closed by decree', ATTACKER, deployment.oracle, selector('gameClosed(bytes32)', siege.assertion.id), [
        'InferenceOracle_NotGame',
      ]),
  ]
  for (let i = 0; i < 4; i++) await random.pick(attempts)()
}

const pickArguments = (gameId: string, { node, kernel }: State): unknown[] => {
  const proof = { meta: new Uint8Array(WORD), body: new Uint8Array(WORD), siblings: [] }
  return [gameId, node, kernel, node, [], proof]
}

function astray({ random }: Siege, gameId: string, { node, phase }: State): unknown[] {
  const siblings = Array.from({ length: random.below(12) }, () => random.bytes(WORD))
  const proof = { meta: new Uint8Array(WORD), body: new Uint8Array(WORD), siblings: [] }
  const head = [gameId, node, 0, random.bytes(WORD), siblings]
  return phase === 'TRACE' ? [...head, proof] : [...head, 0]
}

const selector = (signature: string, ...words: string[]): string => id(signature).slice(0, 10) + words.map((word) => word.slice(2)).join('')
