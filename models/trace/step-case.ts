import { EVALUATIONS } from '@opine/dispute-game/game/types.ts'
import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { readLane } from '../exec/reference/buffer.ts'
import { inputRoot, interiorList, traceTree } from './commit.ts'
import type { ProgramTree } from './program-tree.ts'
import type { Transition } from './reads.ts'
import type { Trace } from './trace.ts'
import { buildWitness, type Witness } from './witness.ts'

/** The struct `Transition` of contracts/interfaces/IStepVerifier.sol. */
export type ContractTransition = {
  readonly bufferRoot: Uint8Array
  readonly inputs: number
  readonly constants: number
  readonly kernels: number
  readonly inputRoot: Uint8Array
  readonly traceRoot: Uint8Array
  readonly salt: Uint8Array
  readonly interiorRoot: Uint8Array
  readonly kernel: number
  readonly element: number
  readonly evaluation: number
  readonly block: number
  readonly total: number
}

/** The arguments of one call of the step verifier, and what the executor says that it returns. */
export type StepCase = { readonly transition: ContractTransition; readonly witness: Witness; readonly expected: number }

/** Makes the step of any transition of a trace, as if its own asserter had committed to it under `salt`. */
export function stepCases(trace: Trace, programTree: ProgramTree, salt: Uint8Array): (transition: Transition) => StepCase {
  const { program } = trace
  const leaves = traceTree(trace, salt)
  const interiorOf = (kernel: number) => {
    const { first, length } = program.places[kernel]!
    return interiorTree(interiorList(trace, first, length))
  }
  const fixed = {
    bufferRoot: programTree.bufferRoot,
    inputs: program.inputs.length,
    constants: program.constants.length,
    kernels: program.kernels.length,
    inputRoot: inputRoot(program, trace.inputs),
    traceRoot: rootOf(leaves),
    salt,
  }
  return (at) => {
    const { kernel, element, evaluation, block } = at
    const totals = evaluation === 'ELEMENT' ? [] : trace.totals(kernel, element)
    const before = evaluation === 'RESULT' ? totals.at(-1) : totals[block - 1]
    const lane = readLane(program.kernels[kernel]!.storeType, trace.buffers[kernel]!, element)
    const witness = buildWitness({
      ...at,
      programTree,
      trace,
      leafSiblings: (operand) => branch(leaves, operand),
      interiorSiblings: (operand) => branch(interiorOf(operand), operand - program.places[operand]!.first),
    })
    const transition = {
      ...fixed,
      interiorRoot: rootOf(interiorOf(kernel)),
      kernel,
      element,
      evaluation: EVALUATIONS.indexOf(evaluation),
      block,
      total: before ?? 0,
    }
    return { transition, witness, expected: evaluation === 'BLOCK' ? totals[block]! : lane }
  }
}
