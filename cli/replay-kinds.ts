import { blockCount, bufferOf, byteSize, indicesOf, type Kernel, type Program, product, termCount } from '@opine/models/ir/types.ts'
import { readsFill, type Transition } from '@opine/models/trace/reads.ts'
import type { StepCase } from '@opine/models/trace/step-case.ts'
import { readTrace, type Trace } from '@opine/models/trace/trace.ts'

/**
 * What a step may be, each for itself. `paddingInside` are lanes after the last element in its word, `paddingPast` those of words that make
 * the tree a power of two; the others are what the transition evaluates or reads.
 */
export const STEP_KINDS = [
  'element',
  'block',
  'shortBlock',
  'result',
  'paddingInside',
  'paddingPast',
  'gather',
  'fill',
  'input',
  'constant',
  'interior',
  'committed',
] as const
export type StepKind = (typeof STEP_KINDS)[number]

const LANE_BYTES = 32

/** Which kinds steps of a program can be. `fill` and the operands are said by the descriptors, so that no element need have them. */
export function possibleKinds(program: Program): ReadonlySet<StepKind> {
  const kinds = new Set<StepKind>()
  const first = bufferOf(program, 0)
  for (const [index, kernel] of program.kernels.entries()) {
    const blocks = blockCount(kernel)
    if (blocks <= 1) kinds.add('element')
    else kinds.add('block').add('result')
    if (hasShortBlock(kernel)) kinds.add('shortBlock')
    const { inside, past } = paddingOf(program, index)
    if (inside > 0) kinds.add('paddingInside')
    if (past > 0) kinds.add('paddingPast')
    for (const load of kernel.loads) {
      if (indicesOf(load).length > 0) kinds.add('gather')
      if (mayFill(kernel, load)) kinds.add('fill')
      if (load.buffer < program.inputs.length) kinds.add('input')
      else if (load.buffer < first) kinds.add('constant')
      else kinds.add(program.places[load.buffer - first]!.committed ? 'committed' : 'interior')
    }
  }
  return kinds
}

const hasShortBlock = (kernel: Kernel): boolean =>
  kernel.reduce !== null && blockCount(kernel) > 1 && termCount(kernel) % kernel.reduce.block !== 0

/** Whether some coordinate may leave its axis; one that is another load's value always may. */
function mayFill({ shape, reduce }: Kernel, { axes }: Kernel['loads'][number]): boolean {
  const extents = [...shape, ...(reduce?.extents ?? [])]
  return axes.some(({ extent, coordinate }) => {
    if (coordinate.kind === 'indexed') return true
    let [least, greatest] = [coordinate.offset, coordinate.offset]
    for (const { variable, coefficient } of coordinate.terms) {
      const reach = coefficient * (extents[variable]! - 1)
      if (reach < 0) least += reach
      else greatest += reach
    }
    return least < 0 || greatest >= extent
  })
}

/** Lanes of a kernel's tensor tree that no element fills: in the last word, and in words after it. */
export function paddingOf(program: Program, kernel: number): { readonly inside: number; readonly past: number } {
  const { shape, storeType } = program.kernels[kernel]!
  const lanes = LANE_BYTES / byteSize(storeType)
  const words = Math.ceil(product(shape) / lanes)
  let width = 1
  while (width < words) width *= 2
  return { inside: words * lanes - product(shape), past: (width - words) * lanes }
}

/** The kinds of a step of a trace. */
export function kindsOf(trace: Trace, transition: Transition, { witness }: StepCase): StepKind[] {
  const { program } = trace
  const kernel = program.kernels[transition.kernel]!
  const first = bufferOf(program, 0)
  const short = transition.evaluation === 'BLOCK' && transition.block === blockCount(kernel) - 1 && hasShortBlock(kernel)
  const kinds: StepKind[] = [short ? 'shortBlock' : EVALUATION_KIND[transition.evaluation]]
  if (kernel.loads.some((load) => indicesOf(load).length > 0)) kinds.push('gather')
  if (kernel.loads.some((load) => mayFill(kernel, load)) && readsFill(program, transition, readTrace(trace))) kinds.push('fill')
  const read = witness.operands.map(({ buffer }) => {
    if (buffer < first) return buffer < program.inputs.length ? 'input' : 'constant'
    return program.places[buffer - first]!.committed ? 'committed' : 'interior'
  })
  return [...kinds, ...new Set(read)]
}

const EVALUATION_KIND = { ELEMENT: 'element', BLOCK: 'block', RESULT: 'result' } as const
