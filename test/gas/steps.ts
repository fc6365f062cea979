import { encodeStep, stepChain } from '@opine/cli/step-chain.ts'
import { product } from '@opine/models/ir/types.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import type { Transition } from '@opine/models/trace/reads.ts'
import { stepCases } from '@opine/models/trace/step-case.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Row } from './rows.ts'

/** Gas of the verifier alone, asked in a transaction of its own, for steps of the large network. */
export async function stepRows(honest: Trace): Promise<Row[]> {
  const { kernels } = honest.program
  const caseOf = stepCases(honest, programTree(honest.program), new Uint8Array(32).fill(1))
  const chain = await stepChain()
  const spend = (at: Transition): Promise<number> => chain.spend(encodeStep(caseOf(at)))
  const middle = (kernel: number): number => Math.floor(product(kernels[kernel]!.shape) / 2)
  const multiply = kernels.findLastIndex(({ reduce, shape }) => reduce?.block === 128 && shape.length === 2)
  const elementwise = kernels.findLastIndex(({ reduce }) => reduce === null)
  const at = { kernel: multiply, element: middle(multiply) }
  return [
    { name: 'step alone, 128 multiply-adds', gas: await spend({ ...at, evaluation: 'BLOCK', block: 1 }), target: 600_000 },
    { name: 'step alone, result of a fold', gas: await spend({ ...at, evaluation: 'RESULT', block: 0 }) },
    {
      name: 'step alone, elementwise',
      gas: await spend({ kernel: elementwise, element: middle(elementwise), evaluation: 'ELEMENT', block: 0 }),
    },
  ]
}
