import { readLane } from '../exec/reference/buffer.ts'
import { evaluateBlock, evaluateElement, evaluateResult } from '../exec/reference/evaluate.ts'
import { blockCount, product } from '../ir/types.ts'
import { readTrace, type Trace } from './trace.ts'

/** What a step of SPEC section 7 recomputes; `block` speaks for `BLOCK` alone and is 0 else. */
export type FalseTransition = {
  readonly kernel: number
  readonly element: number
  readonly evaluation: 'ELEMENT' | 'BLOCK' | 'RESULT'
  readonly block: number
}

/** The transitions of one element that are false by the trace's own operands, totals and lane. */
function falseOfElement(trace: Trace, kernel: number, element: number): FalseTransition[] {
  const { program } = trace
  const read = readTrace(trace)
  const definition = program.kernels[kernel]!
  const lane = readLane(definition.storeType, trace.buffers[kernel]!, element)
  if (blockCount(definition) <= 1) {
    const holds = evaluateElement(program, read, kernel, element) === lane
    return holds ? [] : [{ kernel, element, evaluation: 'ELEMENT', block: 0 }]
  }
  const totals = trace.totals(kernel, element)
  const found: FalseTransition[] = []
  totals.forEach((total, block) => {
    const holds = evaluateBlock(program, read, kernel, element, block, totals[block - 1] ?? 0) === total
    if (!holds) found.push({ kernel, element, evaluation: 'BLOCK', block })
  })
  const holds = evaluateResult(program, read, kernel, element, totals.at(-1)!) === lane
  if (!holds) found.push({ kernel, element, evaluation: 'RESULT', block: 0 })
  return found
}

/**
 * Every transition that could be proved false by a step: none in an honest trace. It recomputes each of them by itself, so it is for small
 * programs. Padding and zero leaves are no transitions.
 */
export const falseTransitions = (trace: Trace): FalseTransition[] =>
  trace.program.kernels.flatMap(({ shape }, kernel) =>
    Array.from({ length: product(shape) }, (_, element) => falseOfElement(trace, kernel, element)).flat(),
  )
