import { EVALUATIONS, PHASES } from '@opine/dispute-game/game/types.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { depthOf, indexOf } from '@opine/dispute-game/merkle/position.ts'
import { branch, descendants, rootOf, type Tree, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { depthAt, factsOf, type Ground, type Oaths, postedOf, viewOf } from '@opine/dispute-game/model/ground.ts'
import { oathsAt } from '@opine/dispute-game/model/places.ts'
import type { ModelGame, ModelMove, ModelState, World } from '@opine/dispute-game/model/state.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { buildWitness } from '@opine/models/trace/witness.ts'
import type { Arena } from '../support/arena.ts'
import { encodeWitness } from '../support/player.ts'
import type { Player } from './chain-board.ts'
import { interiorBranch, interiorOf, interiorRoot, signed } from './oaths.ts'
import { openedTrace } from './program-ground.ts'

type GameMove = Exclude<ModelMove, { kind: 'wait' | 'assert' | 'open' | 'settle' | 'expire' }>
type Call = { readonly name: string; readonly args: readonly unknown[] }
type Scene = {
  readonly world: World
  readonly state: ModelState
  readonly player: Player
  readonly gameId: string
  readonly assertionId: string
}

const NOTHING = { meta: new Uint8Array(32), body: new Uint8Array(32), siblings: [] }
const NODE = new Uint8Array(32).fill(3)
const NO_INTERIOR = new Uint8Array(32)

/**
 * The contract's arguments for a move of the model: every node, list and word is what the asserter committed to or swore. Where a move makes no
 * sense in its place, there are some arguments or other; the contract has to refuse it for its own reason.
 */
export async function callOf(arena: Arena, scene: Scene, move: GameMove): Promise<Call> {
  const { world, state, player } = scene
  const at = world.games[move.game]!.assertion
  const { ground } = world.assertions[at]!
  const assertion = state.assertions[at]
  const game = state.games[move.game]
  if (!game || !assertion) return elsewhere(move)
  const oaths = oathsAt(ground, assertion, game)
  const posted = postedOf(ground, game, oaths)
  const expected = viewOf(ground, game, oaths).node
  const proofOf = (kernel: number) => (kernel < ground.truth.kernels ? bufferProof(arena.tree, bufferOf(arena.program, kernel)) : NOTHING)
  switch (move.kind) {
    case 'timeout':
    case 'refund':
      return { name: move.kind, args: [] }
    case 'reveal':
      return { name: 'reveal', args: [game.phase === 'TRACE' || game.phase === 'TENSOR' ? posted.nodes() : [NODE]] }
    case 'swearInterior':
      return { name: 'swearInterior', args: [interiorOf(ground, game, move.book), '0x'] }
    case 'swearTotals':
      return { name: 'swearTotals', args: [Array.from(ground.books[move.book]!.totals(game.kernel, game.element)), '0x'] }
    case 'proveTwoOaths': {
      const oath = (book: number) => signed(arena, player.account, scene.assertionId, ground, game, book)
      const kernel = game.phase === 'KERNEL' ? factsOf(ground, game.kernel).first : game.kernel
      return {
        name: 'proveTwoOaths',
        args: [PHASES.indexOf(game.phase), kernel, game.element, await oath(move.one), await oath(move.other)],
      }
    }
    case 'descendTrace':
    case 'descendTensor': {
      const { node, siblings } = path(treeAt(ground, game, oaths), game.position, move.levels, move.child)
      if (move.kind === 'descendTensor') return { name: move.kind, args: [expected, move.child, node, siblings, move.lane] }
      const bottom = depthOf(game.position) + move.levels === depthAt(ground, game)
      const leaf = indexOf(game.position) * 2 ** move.levels + move.child
      return { name: move.kind, args: [expected, move.child, node, siblings, bottom ? proofOf(leaf) : NOTHING] }
    }
    case 'pick': {
      const { first, length } = factsOf(ground, game.kernel)
      const book = ground.books[oaths.interior]!
      const siblings = move.kernel >= first && move.kernel < first + length ? interiorBranch(ground, game, oaths.interior, move.kernel) : []
      return { name: 'pick', args: [expected, move.kernel, rootOf(book.tensorTree(move.kernel)), siblings, proofOf(move.kernel)] }
    }
    case 'step': {
      const { blocks } = factsOf(ground, game.kernel)
      const exists =
        blocks <= 1 ? move.evaluation === 'ELEMENT' : move.evaluation === 'RESULT' || (move.evaluation === 'BLOCK' && move.block < blocks)
      const totals = game.phase === 'LANE' && blocks > 1 ? posted.totals() : []
      const witness = game.phase === 'LANE' && exists ? encodeWitness(witnessOf(arena, ground, player, game, oaths, move)) : '0x'
      const interior = factsOf(ground, game.kernel).length > 1 ? interiorRoot(ground, game, oaths.interior) : NO_INTERIOR
      return { name: 'step', args: [EVALUATIONS.indexOf(move.evaluation), move.block, totals, witness, interior] }
    }
  }
}

function treeAt({ books, truth }: Ground, { phase, kernel }: ModelGame, { interior }: Oaths): Tree {
  if (phase === 'TRACE') return books[0]!.traceTree()
  return (truth.facts(kernel).committed ? books[0]! : books[interior]!).tensorTree(kernel)
}

/** A descendant and the siblings up to the position; any nodes where the tree is not that deep or wide. */
function path(
  tree: Tree,
  position: number,
  levels: number,
  child: number,
): { readonly node: Uint8Array; readonly siblings: readonly Uint8Array[] } {
  if (depthOf(position) + levels > tree.depth || child >= 2 ** levels) {
    return { node: NODE, siblings: Array.from({ length: levels }, () => NODE) }
  }
  const nodes = descendants(tree, position, levels)
  return { node: nodes[child]!, siblings: branch(treeOfLeaves(concatBytes(...nodes), levels), child) }
}

function witnessOf(arena: Arena, ground: Ground, { books }: Player, game: ModelGame, oaths: Oaths, move: GameMove & { kind: 'step' }) {
  const tree = ground.books[0]!.traceTree()
  return buildWitness({
    programTree: arena.tree,
    trace: openedTrace(books, oaths.interior),
    leafSiblings: (kernel) => branch(tree, kernel),
    interiorSiblings: (kernel) => interiorBranch(ground, game, oaths.interior, kernel),
    kernel: game.kernel,
    element: game.element,
    evaluation: move.evaluation,
    block: move.block,
  })
}

/** A move in a game that is not open. */
function elsewhere(move: GameMove): Call {
  const args: Readonly<Record<GameMove['kind'], readonly unknown[]>> = {
    timeout: [],
    refund: [],
    reveal: [[NODE]],
    swearInterior: [[NODE], '0x'],
    swearTotals: [[1, 2], '0x'],
    proveTwoOaths: [1, 0, 0, { list: '0x', signature: '0x' }, { list: '0x', signature: '0x' }],
    descendTrace: [NODE, 0, NODE, [], NOTHING],
    pick: [NODE, 0, NODE, [], NOTHING],
    descendTensor: [NODE, 0, NODE, [], 0],
    step: [0, 0, [], '0x', NO_INTERIOR],
  }
  return { name: move.kind, args: args[move.kind] }
}
