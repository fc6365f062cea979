import { callOf } from '@opine/challenger/calls.ts'
import { waitForReceipt } from '@opine/client/receipt.ts'
import { attack } from '@opine/dispute-game/game/attack.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import type { GameView } from '@opine/dispute-game/game/types.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { inputRoot, traceTree } from '@opine/models/trace/commit.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { type Contracts, contractsAt } from '@opine/node-kit/contracts.ts'
import { gameIdOf, placeOf } from '@opine/node-kit/ids.ts'
import type { PostedRecord } from '@opine/node-kit/journal.ts'
import { readGame, readPlace } from '@opine/node-kit/reads.ts'
import { keccak256, type Wallet } from 'ethers'
import type { Act } from './act.ts'
import type { Stage } from './staging.ts'
import type { ChainWatch } from './watch.ts'

/** Whether the asserter must have posted something before this side's turn, as SPEC section 7 has it. */
function asksForPosted({ phase, kernel }: GameView, own: TraceProvider): boolean {
  if (phase === 'TRACE' || phase === 'KERNEL') return true
  const { committed, depth, blocks } = own.facts(kernel)
  return phase === 'TENSOR' ? committed || depth > 0 : blocks > 1
}

/** Gas of a step that will be refused, so that nobody can estimate it: what is allowed at most, since only what is used is paid. */
const STEP_GAS = 2 ** 24

/**
 * A challenger that disputes a true answer from a false run. It lives in the demonstration's own process, for no daemon does such a thing: it
 * plays by the rules, until the contract recomputes what it contends.
 */
export class Sham {
  readonly gameId: Hex
  readonly #act: Act
  readonly #assertionId: Hex
  readonly #watch: ChainWatch
  readonly #contracts: Contracts
  readonly #wallet: Wallet
  readonly #salt: (account: string) => Uint8Array
  readonly #root: Hex

  constructor(act: Act, { cast, provider, deployment }: Stage, watch: ChainWatch, assertionId: Hex) {
    const { requestId } = watch.find('AssertionMade', (args) => args.assertionId === assertionId)!
    this.#act = act
    this.#assertionId = assertionId
    this.#watch = watch
    this.#contracts = contractsAt(deployment, provider)
    this.#wallet = cast.sham.connect(provider) as unknown as Wallet
    this.#salt = (account) => saltOf({ chainId: BigInt(deployment.chainId), oracle: deployment.oracle, requestId, account })
    this.#root = toHex(rootOf(traceTree(act.falsehood.trace, this.#salt(this.#wallet.address))))
    this.gameId = gameIdOf(assertionId, this.#wallet.address, this.#root)
  }

  /** Opens the game. */
  async open(): Promise<void> {
    const { oracle, game } = this.#contracts
    const { requestId, output } = this.#watch.find('AssertionMade', (args) => args.assertionId === this.#assertionId)!
    const { nonce } = this.#watch.find('InferenceRequested', (args) => args.requestId === requestId)!
    const { program, inputs } = this.#act.question.trace
    const evidence = { request: requestId, nonce, inputRoot: toHex(inputRoot(program, inputs)), outputHash: keccak256(output) }
    await this.#send(oracle.encode('prepare', this.#assertionId, evidence))
    const { baseFeePerGas } = (await this.#wallet.provider!.getBlock('latest'))!
    const [bond] = (await game.read('challengerBondAt', this.#assertionId, 2n * (baseFeePerGas ?? 0n))) as unknown as [bigint]
    await this.#send(game.encode('open', this.#assertionId, this.#root), bond)
  }

  /** Takes its turn, if it is in turn. @returns whether that was its last: a step that the contract refuses, having found no fraud */
  async move(): Promise<boolean> {
    const { game } = this.#contracts
    const { status, clock, view } = await readGame(this.#contracts, this.gameId)
    if (status !== 'IN_PROGRESS' || clock.turn === 'ASSERTER') return false
    const place = await readPlace(this.#contracts, this.gameId)
    const trace = this.#act.falsehood.trace
    const { asserter } = this.#watch.find('AssertionMade', (args) => args.assertionId === this.#assertionId)!
    const own = providerOf(trace, this.#salt(asserter))
    // What the contract knows may be newer than what was read.
    const known = this.#posted(place) ?? null
    if (known === null && asksForPosted(view, own)) return false
    const nodes = (): Uint8Array[] => known!.nodes.map((node) => fromHex(node))
    const move = attack(view, own, { nodes, interior: nodes, totals: () => known!.totals })
    const { tree: programTree } = this.#act.question.loaded
    const posted = (at: Hex): PostedRecord | undefined => this.#posted(at)
    const [method, ...args] = callOf(move, { gameId: this.gameId, assertionId: this.#assertionId, programTree, trace, own, posted })
    if (move.kind !== 'step') await this.#send(game.encode(method, ...args))
    else await this.#send(game.encode(method, ...args), 0n, STEP_GAS).catch(() => undefined)
    return move.kind === 'step'
  }

  async #send(call: { readonly to: string; readonly data: string }, value = 0n, gasLimit?: number): Promise<void> {
    const nonce = await this.#wallet.getNonce()
    // What a move costs depends on the time that has gone by when it is mined.
    const limit = gasLimit ?? ((await this.#wallet.estimateGas({ ...call, value })) * 5n) / 4n
    const { hash } = await this.#wallet.sendTransaction({ ...call, value, nonce, gasLimit: limit })
    await waitForReceipt(this.#wallet.provider!, hash, { polling: 100 })
  }

  /** What was revealed or sworn at a place, as the events told. */
  #posted(place: Hex): PostedRecord | undefined {
    const id = this.#assertionId
    const revealed = this.#watch.find('NodeRevealed', (args) => args.place === place)
    if (revealed) return { nodes: [...revealed.nodes], totals: [] }
    const sworn = this.#watch.find(
      'InteriorSworn',
      ({ assertionId, first }) => assertionId === id && placeOf(id, 'KERNEL', Number(first), 0) === place,
    )
    if (sworn) return { nodes: [...sworn.roots], totals: [] }
    const totals = this.#watch.find(
      'TotalsSworn',
      ({ assertionId, kernel, element }) => assertionId === id && placeOf(id, 'LANE', Number(kernel), Number(element)) === place,
    )
    return totals && { nodes: [], totals: [...totals.totals].map(Number) }
  }
}
