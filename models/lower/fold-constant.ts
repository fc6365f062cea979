import { execute } from '../exec/reference/execute.ts'
import { product } from '../ir/types.ts'
import { assemble } from './assemble.ts'
import { type ConstantBuffer, type DraftKernel, extentsOf } from './draft.ts'

/** Evaluations beyond which a kernel of constants stays a kernel: whoever compiles should not wait. */
const MAX_EVALUATIONS = 4_194_304

/** The values of a kernel that reads constants alone, calculated by the defining executor; null for any other kernel. */
export function foldConstant(kernel: DraftKernel): ConstantBuffer | null {
  if (product(extentsOf(kernel)) > MAX_EVALUATIONS || kernel.loads.some(({ buffer }) => buffer.kind !== 'constant')) return null
  const { name, type, count } = kernel.output
  const program = assemble({ inputs: [], kernels: [kernel], outputs: [kernel.output] })
  const [bytes] = execute({ ...program, places: [{ committed: true, first: 0, length: 1 }], claims: [] }, [])
  return { kind: 'constant', name, type, count, bytes: bytes!, wide: null }
}
