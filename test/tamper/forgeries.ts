import type { DefenderMove } from '@opine/dispute-game/game/types.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { getBytes, toBeHex } from 'ethers'
import { evidenceOf } from '../support/evidence.ts'
import type { State } from '../support/player.ts'
import { ORACLE } from './game.ts'
import { ATTACKER, contentOf, HONEST, type OathDomain, type Siege, STRANGER } from './siege.ts'

/** What a stranger may try where the asserter is to post: none of it is taken. */

const wordsOf = (totals: readonly number[]): Uint8Array[] => totals.map((total) => getBytes(toBeHex(total, WORD)))

/** Reveals of something else, before the true one. */
export async function forgeReveal(siege: Siege, gameId: string, { nodes }: DefenderMove & { kind: 'reveal' }): Promise<void> {
  const { random } = siege
  const flipped = nodes.map((node) => Uint8Array.from(node))
  flipped[random.below(flipped.length)]![random.below(WORD)]! ^= 1 << random.below(8)
  await siege.refusedMove('a reveal of a flipped bit', ATTACKER, 'reveal', [gameId, flipped], ['DisputeGame_NodesDoNotHash'])
  const fewer = nodes.slice(0, random.below(nodes.length))
  await siege.refusedMove('a reveal of fewer nodes', ATTACKER, 'reveal', [gameId, fewer], ['DisputeGame_WrongNodeCount'])
  await siege.refusedMove('a reveal of more nodes', ATTACKER, 'reveal', [gameId, [...nodes, ...nodes]], ['DisputeGame_WrongNodeCount'])
  await siege.refusedMove(
    'an oath where there is nothing to swear',
    HONEST,
    'swearInterior',
    [gameId, nodes, '0x'],
    ['DisputeGame_WrongPhase'],
  )
}

/** Oaths of somebody else, for something else, or signed for elsewhere. */
export async function forgeOath(
  siege: Siege,
  gameId: string,
  state: State,
  move: Exclude<DefenderMove, { kind: 'reveal' }>,
): Promise<void> {
  const interior = move.kind === 'swearInterior'
  const kind = interior ? 'Interior' : 'Totals'
  const words: readonly Uint8Array[] = interior ? move.roots : wordsOf(move.totals)
  const place = interior
    ? { first: siege.chain.arena.program.places[state.kernel]!.first }
    : { kernel: state.kernel, element: state.element }
  const lie: Uint8Array[] = words.map((word) => Uint8Array.from(word))
  lie[siege.random.below(lie.length)]![WORD - 1]! ^= 1
  const argument = (list: readonly Uint8Array[]): unknown[] => (interior ? list.slice() : list.map((word) => Number(toHex(word))))
  const message = { assertionId: siege.assertion.id, ...place, content: contentOf(lie) }
  const attempt = (what: string, signature: string, list: readonly Uint8Array[] = lie) =>
    siege.refusedMove(`${kind}: ${what}`, ATTACKER, move.kind, [gameId, argument(list), signature], ['DisputeGame_NotAsserter'])

  await attempt('without a signature', '0x')
  await attempt('under random bytes', toHex(siege.random.bytes(65)))
  await attempt("under the attacker's signature", await siege.signed(ATTACKER, kind, message))
  const elsewhere: readonly (readonly [string, OathDomain])[] = [
    ['signed for another chain', { ...siege.domain, chainId: siege.domain.chainId + 1 }],
    ['signed for another contract', { ...siege.domain, verifyingContract: siege.chain.arena.deployment.oracle }],
    ['signed for another protocol', { ...siege.domain, name: 'Opine 2' }],
  ]
  // The asserter may have signed anything for anywhere else: even then it is not this oath.
  const [what, domain] = siege.random.pick(elsewhere)
  await attempt(what, await siege.signed(HONEST, kind, message, domain))
  // What it truly signs for another request, over the same content.
  const replayed = await siege.signed(HONEST, kind, { ...message, assertionId: siege.other.id, content: contentOf(words) })
  await attempt('replayed from another request', replayed, words)
  const moved = interior ? { first: place.first! + 1 } : { kernel: place.kernel, element: place.element! + 1 }
  const neighbour = await siege.signed(HONEST, kind, { assertionId: siege.assertion.id, ...moved, content: contentOf(words) })
  await attempt('replayed from a neighbouring place', neighbour, words)
  const truly = await siege.signed(HONEST, kind, { ...message, content: contentOf(words) })
  await attempt('with a true signature under another list', truly)
  await siege.refusedMove(`${kind}: too short`, HONEST, move.kind, [gameId, argument(words.slice(1)), '0x'], ['DisputeGame_WrongNodeCount'])
  await forgeTwoOaths(siege, gameId, interior, place, words, lie, truly, replayed)
}

/** Two oaths of one asserter win; one of it and a forged one do not. */
async function forgeTwoOaths(
  siege: Siege,
  gameId: string,
  interior: boolean,
  place: { first?: number; kernel?: number; element?: number },
  words: readonly Uint8Array[],
  lie: readonly Uint8Array[],
  truly: string,
  replayed: string,
): Promise<void> {
  const list = (parts: readonly Uint8Array[]): string => toHex(concatBytes(...parts))
  const [phase, kernel, element] = interior ? [1, place.first, 0] : [3, place.kernel, place.element]
  const prove = (what: string, signature: string, parts: readonly Uint8Array[], expected: string) => {
    const oaths = [
      { list: list(words), signature: truly },
      { list: list(parts), signature },
    ]
    const who = siege.random.pick([ATTACKER, STRANGER])
    return siege.refusedMove(`two oaths, one ${what}`, who, 'proveTwoOaths', [gameId, phase, kernel, element, ...oaths], [expected])
  }
  const message = interior ? { first: kernel } : { kernel, element }
  const forged = await siege.signed(ATTACKER, interior ? 'Interior' : 'Totals', {
    assertionId: siege.assertion.id,
    ...message,
    content: contentOf(lie),
  })
  await prove("under the attacker's signature", forged, lie, 'DisputeGame_NotAsserter')
  await prove('with the signature of the other', truly, lie, 'DisputeGame_NotAsserter')
  await prove('of another request', replayed, words, 'DisputeGame_NotAsserter')
  await prove('not on record', '0x', lie, 'DisputeGame_NotAsserter')
  await prove('the same again', truly, words, 'DisputeGame_OneOath')
}

/** What a game is told of the assertion, falsified: the ids commit to all of it. */
export async function forgeEvidence(siege: Siege): Promise<void> {
  const { arena } = siege.chain
  const evidence = await evidenceOf(arena.oracle(ATTACKER), arena.program, siege.assertion.id)
  const other = await evidenceOf(arena.oracle(ATTACKER), arena.program, siege.other.id)
  const random = toHex(siege.random.bytes(WORD))
  const forged = [
    { ...evidence, request: other.request },
    { ...evidence, nonce: Number(evidence.nonce) + 1 },
    { ...evidence, inputRoot: random },
    { ...evidence, outputHash: random },
    other,
  ]
  for (const each of forged) {
    const data = ORACLE.encodeFunctionData('prepare', [siege.assertion.id, each])
    await siege.refused('forged evidence', ATTACKER, arena.deployment.oracle, data, ['InferenceOracle_WrongEvidence'])
  }
}
