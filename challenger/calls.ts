import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { overlayBranches } from '@opine/dispute-game/game/overlay.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import { type ChallengerMove, EVALUATIONS } from '@opine/dispute-game/game/types.ts'
import { fromHex, type Hex } from '@opine/dispute-game/merkle/hex.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { type BufferProof, bufferProof, type ProgramTree } from '@opine/models/trace/program-tree.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { buildWitness, type Witness } from '@opine/models/trace/witness.ts'
import { placeOf } from '@opine/node-kit/ids.ts'
import type { PostedRecord } from '@opine/node-kit/journal.ts'
import { AbiCoder, Interface } from 'ethers'

/**
 * What a move is made of besides the move.
 * @property own     the true trace under the asserter's salt
 * @property posted  what was revealed or sworn at a place, as far as events told
 */
export type CallContext = {
  readonly gameId: Hex
  readonly assertionId: Hex
  readonly programTree: ProgramTree
  readonly trace: Trace
  readonly own: TraceProvider
  readonly posted: (place: Hex) => PostedRecord | undefined
}

const NO_PROOF: BufferProof = { meta: new Uint8Array(WORD), body: new Uint8Array(WORD), siblings: [] }

const WITNESS = new Interface(StepVerifier.abi as never).getFunction('evaluate')!.inputs[1]!

/** The bytes that `step` takes. */
const encodeWitness = (witness: Witness): string => AbiCoder.defaultAbiCoder().encode([WITNESS], [witness])

/** The contract's arguments for a challenger's move. */
export function callOf(move: ChallengerMove, context: CallContext): readonly [method: string, ...args: unknown[]] {
  const { gameId, programTree, trace } = context
  const proofOf = (kernel: number | null): BufferProof =>
    kernel === null ? NO_PROOF : bufferProof(programTree, bufferOf(trace.program, kernel))
  switch (move.kind) {
    case 'descendTrace':
      return ['descendTrace', gameId, move.expected, move.child, move.node, move.siblings, proofOf(move.program)]
    case 'pick':
      return ['pick', gameId, move.expected, move.kernel, move.root, move.siblings, proofOf(move.program)]
    case 'descendTensor':
      return ['descendTensor', gameId, move.expected, move.child, move.node, move.siblings, move.lane]
    case 'step':
      return [
        'step',
        gameId,
        EVALUATIONS.indexOf(move.evaluation),
        move.block,
        move.totals,
        encodeWitness(witnessOf(move, context)),
        interiorRootOf(move, context),
      ]
  }
}

/** The interior root of the kernel's segment, as the asserter swore it; zero if it did not. */
function interiorRootOf(move: ChallengerMove & { readonly kind: 'step' }, { assertionId, trace, posted }: CallContext): Uint8Array {
  const { first } = trace.program.places[move.kernel]!
  const list = posted(placeOf(assertionId, 'KERNEL', first, 0))?.nodes.map((node) => fromHex(node))
  return list ? rootOf(interiorTree(list)) : new Uint8Array(WORD)
}

/** Opens what the step reads: values from the own trace, their places from what the asserter revealed and swore. */
function witnessOf(move: ChallengerMove & { readonly kind: 'step' }, context: CallContext): Witness {
  const { assertionId, programTree, trace, own, posted } = context
  const nodesAt = (place: Hex): Uint8Array[] | undefined => posted(place)?.nodes.map((node) => fromHex(node))
  const { first, length } = trace.program.places[move.kernel]!
  const interior = nodesAt(placeOf(assertionId, 'KERNEL', first, 0)) ?? own.interior(first, length)
  const { kernel, element, evaluation, block } = move
  return buildWitness({
    programTree,
    trace,
    leafSiblings: overlayBranches(own.traceTree(), (position) => nodesAt(placeOf(assertionId, 'TRACE', 0, position)), own.levels),
    interiorSiblings: (operand) => branch(interiorTree(interior), operand - first),
    kernel,
    element,
    evaluation,
    block,
  })
}
