import { OpineError } from '@opine/dispute-game/errors.ts'
import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { paddedTree, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { laneOf, readLane, writeLane } from '../exec/reference/buffer.ts'
import { evaluateBlock, evaluateResult, runningTotals } from '../exec/reference/evaluate.ts'
import { kernelAt } from '../exec/reference/kernel.ts'
import { blockCount, bufferOf, type Program, product } from '../ir/types.ts'
import { type ConcreteLie, formatLie, type Lie } from './lie.ts'
import { recompute, traceBeside } from './lie-downstream.ts'
import { paddingBytes, randomLie, zeroLeaves } from './random-lie.ts'
import { readTrace, type Trace } from './trace.ts'

const ATTEMPTS = 1000

type ElementLie = Extract<ConcreteLie, { kind: 'element' }>
type TotalLie = Extract<ConcreteLie, { kind: 'total' }>
type PaddingLie = Extract<ConcreteLie, { kind: 'padding' }>

/**
 * Falsifies an honest trace. For tests and demonstrations alone.
 * @returns  the lying trace, and what the lie is; a seeded lie is drawn until one changes what is committed
 * @throws {OpineError} `LIE_IMPOSSIBLE` if the program has no such place; `LIE_WITHOUT_EFFECT` if no leaf of the trace tree would change
 */
export function tellLie(honest: Trace, lie: Lie): { readonly trace: Trace; readonly lie: ConcreteLie } {
  if (!('seed' in lie)) return { trace: tellConcrete(honest, lie), lie }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const drawn = randomLie(honest.program, `${lie.seed}#${attempt}`, lie.kind === 'interior' ? 'interior' : 'any')
    try {
      return { trace: tellConcrete(honest, drawn), lie: drawn }
    } catch (error) {
      if (!(error instanceof OpineError && error.code === 'LIE_WITHOUT_EFFECT')) throw error
    }
  }
  throw new OpineError('LIE_WITHOUT_EFFECT', `none of ${ATTEMPTS} lies drawn for "${formatLie(lie)}" changes what is committed`, { lie })
}

function tellConcrete(honest: Trace, lie: ConcreteLie): Trace {
  const trace = falsify(honest, lie)
  const changed = honest.program.places.some(
    ({ committed }, k) => committed && honest.trees[k] !== trace.trees[k] && !equalBytes(rootOf(honest.trees[k]!), rootOf(trace.trees[k]!)),
  )
  if (changed || trace.leafOverrides.size > 0) return trace
  throw new OpineError('LIE_WITHOUT_EFFECT', `the lie "${formatLie(lie)}" changes nothing that is committed; choose another`, { lie })
}

function falsify(honest: Trace, lie: ConcreteLie): Trace {
  switch (lie.kind) {
    case 'element':
      return falseElement(honest, lie)
    case 'total':
      return falseTotal(honest, lie)
    case 'padding':
      return falsePadding(honest, lie)
    case 'leaf': {
      if (!zeroLeaves(honest.program).includes(lie.index)) throw impossible(lie, `leaf ${lie.index} need not be zero`)
      return { ...honest, leafOverrides: new Map([[lie.index, new Uint8Array(WORD).fill(1)]]) }
    }
  }
}

const impossible = (lie: ConcreteLie, why: string): OpineError =>
  new OpineError('LIE_IMPOSSIBLE', `the lie "${formatLie(lie)}" cannot be told of this program: ${why}`, { lie })

function checkElement(program: Program, lie: ElementLie | TotalLie): void {
  const kernel = program.kernels[lie.kernel]
  if (!kernel) throw impossible(lie, `it has ${program.kernels.length} kernels`)
  const count = product(kernel.shape)
  if (lie.element >= count) throw impossible(lie, `kernel ${lie.kernel} has ${count} elements`)
}

function falseElement(honest: Trace, lie: ElementLie): Trace {
  checkElement(honest.program, lie)
  const { storeType } = kernelAt(honest.program, lie.kernel)
  const lane = readLane(storeType, honest.buffers[lie.kernel]!, lie.element) ^ lie.xor
  const buffers = withLane(honest, lie, laneOf(storeType, lane))
  if (lie.mode === 'downstream') recompute({ ...honest, buffers }, [bufferOf(honest.program, lie.kernel)])
  return traceBeside(honest, buffers)
}

function withLane({ program, buffers }: Trace, lie: ElementLie | TotalLie, lane: number): Uint8Array[] {
  const all = buffers.slice()
  const bytes = buffers[lie.kernel]!.slice()
  writeLane(kernelAt(program, lie.kernel).storeType, bytes, lie.element, lane)
  all[lie.kernel] = bytes
  return all
}

function falseTotal(honest: Trace, lie: TotalLie): Trace {
  const { program } = honest
  checkElement(program, lie)
  const blocks = blockCount(kernelAt(program, lie.kernel))
  if (blocks < 2) throw impossible(lie, `kernel ${lie.kernel} has no running totals, for its fold has ${blocks} blocks`)
  if (lie.block >= blocks) throw impossible(lie, `the fold of kernel ${lie.kernel} has ${blocks} blocks`)
  const read = readTrace(honest)
  const totals = runningTotals(program, read, lie.kernel, lie.element)
  totals[lie.block]! ^= lie.xor
  for (let block = lie.block + 1; block < blocks; block++) {
    totals[block] = evaluateBlock(program, read, lie.kernel, lie.element, block, totals[block - 1]!)
  }
  const buffers = withLane(honest, lie, evaluateResult(program, read, lie.kernel, lie.element, totals[blocks - 1]!))
  recompute({ ...honest, buffers }, [bufferOf(program, lie.kernel)])
  const trace = traceBeside(honest, buffers)
  const isFalse = (kernel: number, element: number): boolean => kernel === lie.kernel && element === lie.element
  return { ...trace, totals: (kernel, element) => (isFalse(kernel, element) ? totals.slice() : trace.totals(kernel, element)) }
}

function falsePadding(honest: Trace, lie: PaddingLie): Trace {
  const { program } = honest
  const bytes = honest.buffers[lie.kernel]
  if (!bytes) throw impossible(lie, `it has ${program.kernels.length} kernels`)
  const padding = paddingBytes(program, lie.kernel)
  if (lie.byte >= padding) throw impossible(lie, `the buffer of kernel ${lie.kernel} has ${padding} bytes of padding`)
  if (program.outputs.includes(lie.kernel))
    throw impossible(lie, `kernel ${lie.kernel} is an output, whose root the contract computes itself`)
  const words = new Uint8Array(bytes.length + padding)
  words.set(bytes)
  words[bytes.length + lie.byte] = 1
  const trees = honest.trees.slice()
  trees[lie.kernel] = paddedTree(words)
  return { ...honest, trees }
}
