import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { EVALUATIONS, type GameView } from '@opine/dispute-game/game/types.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { readLane } from '@opine/models/exec/reference/buffer.ts'
import { byteSize } from '@opine/models/ir/types.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { inputRoot } from '@opine/models/trace/commit.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import { type AbstractProvider, type BytesLike, getBytes, Interface } from 'ethers'
import { answerOf, type StepAnswer } from './step-call.ts'

const ABI = new Interface(StepVerifier.abi as never)

/**
 * The ground on which a game's final step stands.
 * @property trace  the own; of it only what the request fixes is used
 * @property root   the asserter's trace root; likewise `salt`
 * @property view   where the game is at the step, or will be
 */
export type StepGround = {
  readonly model: LoadedModel
  readonly trace: Trace
  readonly root: BytesLike
  readonly salt: Uint8Array
  readonly view: GameView
}

/** @property claimed  32 bits that the asserter committed to or swore; @property computed  what the verifier makes of the step; @property witness  its bytes */
export type ExactStep = { readonly claimed: number; readonly computed: StepAnswer; readonly witness: number }

/**
 * Has the deployed verifier recompute a game's final step, by `eth_call`, without a game that is there: what a person looks at before sending,
 * or what a peer's served nodes are worth.
 * @param data  of the call `step` of the game
 */
export async function tryExactStep(
  provider: AbstractProvider,
  { game }: Contracts,
  { model, trace, root, salt, view }: StepGround,
  data: string,
): Promise<ExactStep> {
  const [, number, block, totals, witness, interiorRoot] = game.abi.decodeFunctionData('step', data)
  const sworn = [...totals].map(Number)
  const evaluation = EVALUATIONS[Number(number)]!
  const { program, tree } = model
  const { kernel, element } = view
  const transition = {
    bufferRoot: tree.bufferRoot,
    inputs: program.inputs.length,
    constants: program.constants.length,
    kernels: program.kernels.length,
    inputRoot: inputRoot(program, trace.inputs),
    traceRoot: root,
    salt,
    interiorRoot,
    kernel,
    element,
    evaluation: number,
    block,
    total: (evaluation === 'RESULT' ? sworn.at(-1) : sworn[Number(block) - 1]) ?? 0,
  }
  const { storeType } = program.kernels[kernel]!
  const lane = readLane(storeType, view.node, element % (WORD / byteSize(storeType)))
  const [verifier] = (await game.read('VERIFIER')) as unknown as [string]
  const call = ABI.encodeFunctionData('evaluateEncoded', [transition, witness])
  return {
    claimed: evaluation === 'BLOCK' ? sworn[Number(block)]! : lane,
    computed: await answerOf(provider, verifier, call, (answer) => Number(ABI.decodeFunctionResult('evaluateEncoded', answer)[0])),
    witness: getBytes(witness).length,
  }
}
