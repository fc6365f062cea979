import { encodeKernel } from '../ir/encode.ts'
import { describeBuffer } from '../ir/meta.ts'
import { blockCount, type Kernel, type Program } from '../ir/types.ts'
import { type Block, blockAt, clustersOf, piecesOf, seeksOf } from './block.ts'
import { transactionGas } from './calldata.ts'
import { codeGas, isProduct } from './code.ts'
import type { Costs, OpcodeGas } from './costs.ts'
import { COSTS, OPCODE_GAS } from './measured.ts'
import { depthOfBuffer, kernelPart } from './openings.ts'
import { operandParts, type Reads, readBy } from './operands.ts'
import { type Reach, reachOf } from './reach.ts'
import { setUpGas } from './set-up.ts'
import { together, touch } from './touch.ts'

/** Tokens of calldata and gas of execution. */
export type StepWork = { readonly tokens: number; readonly execution: number }

/**
 * The gas certificate: the most gas that a step of a kernel takes as a transaction of its own, calldata included, whatever its element, block
 * and data. Follows from the descriptor and the metas of the operands alone.
 */
export function kernelGas(program: Program, kernel: number): number {
  const { tokens, execution } = kernelWork(program, kernel, COSTS, OPCODE_GAS)
  return Math.ceil(transactionGas(tokens, execution * MARGIN))
}

/**
 * The same before it is summed up: of all steps of the kernel the one that is dearest as a transaction.
 * @param only  for a fold of several blocks, just its result
 */
export function kernelWork(program: Program, kernel: number, costs: Costs, opcodes: OpcodeGas, only?: 'RESULT'): StepWork {
  const each = program.kernels[kernel]!
  const reaches = each.loads.map((load) => reachOf(each, load, describeBuffer(program, load.buffer).type))
  const prices = { costs, opcodes }
  const head = kernelPart(program, kernel, encodeKernel(each), costs)
  const setUp = costs.base + setUpGas(each, reaches, costs)
  const result = resultWork(program, each, reaches, prices)
  const blocks = blockCount(each)
  const whole = (works: readonly Work[], extra: number): StepWork => {
    const reads = works.flatMap((work) => work.reads)
    const parts = operandParts(program, reads, costs)
    return {
      tokens: parts.reduce((sum, part) => sum + part.tokens, head.tokens),
      execution: works.reduce((sum, work) => sum + work.gas, head.gas + setUp + extra) + parts.reduce((sum, part) => sum + part.gas, 0),
    }
  }
  let most = blocks === 1 ? { tokens: 0, execution: 0 } : whole([result], blocks > 1 ? costs.result : 0)
  const seen = new Set<string>()
  for (let number = 0; number < (only ? 0 : blocks); number++) {
    const block = blockAt(each, reaches, number)
    const key = JSON.stringify([block.runs, block.wraps, block.offsets])
    if (seen.has(key)) continue
    seen.add(key)
    const terms = blockWork(program, each, reaches, block, prices)
    const work = blocks === 1 ? whole([terms, result], 0) : whole([terms], costs.block)
    if (transactionGas(work.tokens, work.execution) > transactionGas(most.tokens, most.execution)) most = work
  }
  return most
}

/** For memory, whose price per word grows a little, and whatever else is not quite proportional. */
const MARGIN = 1.01

/** Of every kernel of a program. */
export const programGas = (program: Program): number[] => program.kernels.map((_, kernel) => kernelGas(program, kernel))

/** One use of a load. */
function valueGas(reach: Reach, reaches: readonly Reach[], costs: Costs): number {
  if (reach.guards === 0 && reach.indices.length === 0) return 0
  return costs.guarded + rangeGas(reach, reaches, costs)
}

/** One question for its range; its indices are read. */
function rangeGas(reach: Reach, reaches: readonly Reach[], costs: Costs): number {
  const checks = reach.indices.length > 0 ? costs.axisCheck * reach.load.axes.length : 0
  const indices = reach.indices.reduce((sum, index) => sum + costs.index + valueGas(reaches[index]!, reaches, costs), 0)
  return costs.guardCheck * reach.guards + checks + indices
}

/** Taking other elements at hand so often, in words of which so many are opened. */
function seekGas(program: Program, reach: Reach, seeks: number, ordered: boolean, words: number, costs: Costs): number {
  let halvings = 1
  while (1 << halvings < words + 1) halvings += 1
  const search = ordered ? 0 : costs.search + costs.halving * halvings
  return seeks * (costs.seek[describeBuffer(program, reach.load.buffer).type] + search)
}

type Prices = { readonly costs: Costs; readonly opcodes: OpcodeGas }
/** What a piece of a step reads, and the gas of its code. */
type Work = { readonly reads: Reads; readonly gas: number }

const useOf = (reaches: readonly Reach[], costs: Costs) =>
  [(load: number) => valueGas(reaches[load]!, reaches, costs), (load: number) => rangeGas(reaches[load]!, reaches, costs)] as const

/** The result's code, on the last total and loads of output coordinates alone. */
function resultWork(program: Program, { result, term, loads }: Kernel, reaches: readonly Reach[], { costs, opcodes }: Prices): Work {
  const numbers = readBy(result, reaches)
  const reads = numbers.map((number) => {
    const reach = reaches[number]!
    const depth = depthOfBuffer(describeBuffer(program, reach.load.buffer))
    return { reach, touched: touch({ offsets: [0], alignment: reach.alignment, residue: reach.residue }, reach.lanes, depth) }
  })
  // Where a word is opened for this load alone, it is the first that is looked at.
  const readers = [...readBy(term, reaches), ...numbers].map((number) => loads[number]!.buffer)
  const isAlone = (number: number): boolean => readers.filter((buffer) => buffer === loads[number]!.buffer).length === 1
  const gas = numbers.reduce((sum, number) => sum + seekGas(program, reaches[number]!, 1, isAlone(number), MOST_WORDS, costs), 0)
  return { reads, gas: gas + codeGas(result, opcodes, ...useOf(reaches, costs)) }
}

/** Words of one operand among which the result may have to search: those of a block of eight loads. */
const MOST_WORDS = 1023

/** The terms of a block and the fold over them. */
function blockWork(program: Program, kernel: Kernel, reaches: readonly Reach[], block: Block, { costs, opcodes }: Prices): Work {
  const numbers = readBy(kernel.term, reaches)
  const reads = numbers.map((number) => {
    const reach = reaches[number]!
    const depth = depthOfBuffer(describeBuffer(program, reach.load.buffer))
    const clusters = clustersOf(reach, block, number).map((cluster) => touch(cluster, reach.lanes, depth))
    return { reach, touched: together(clusters, depth) }
  })
  const { reduce, term, foldType } = kernel
  const product = reduce?.op === 'sum' && foldType === 'f32' && isProduct(term)
  let gas = costs.fold
  for (const number of numbers) {
    const reach = reaches[number]!
    const { seeks, ordered } = seeksOf(reach, block, number)
    const others = numbers.filter((other) => reaches[other]!.load.buffer === reach.load.buffer)
    const words = others.reduce((sum, other) => sum + reads[numbers.indexOf(other)]!.touched[0]!, 0)
    gas += seekGas(program, reach, seeks, ordered && others.length === 1, words, costs) - (product ? seeks * costs.missed : 0)
  }
  const moving = reaches.reduce((sum, { moves, guards }) => sum + (moves ? 1 + guards : 0), 0)
  const advance = costs.advance + costs.advancePair * Math.ceil(moving / 2)
  gas += costs.wrap * block.wraps
  if (product) {
    const [a, b] = [term[0]!.arg!, term[1]!.arg!] as const
    const watched = reaches[a]!.watches || reaches[b]!.watches
    const sums = block.terms * costs.multiplyAdd
    if (watched) {
      const [value] = useOf(reaches, costs)
      gas += costs.product + block.terms * (costs.watched + value(a) + value(b)) + (block.terms - 1) * advance + sums
    } else {
      const ranges = rangeGas(reaches[a]!, reaches, costs) + rangeGas(reaches[b]!, reaches, costs)
      const pieces = piecesOf(reaches[a]!, reaches[b]!, block, [a, b])
      gas += costs.product + block.runs.length * (costs.run + ranges) + (block.runs.length - 1) * advance + pieces * costs.piece + sums
    }
  } else {
    const op = opcodes[`${foldType}.${{ sum: 'add', prod: 'mul', max: 'max', min: 'min' }[reduce!.op]}`]!
    gas += block.terms * (costs.term + codeGas(term, opcodes, ...useOf(reaches, costs)) + op) + (block.terms - 1) * advance
  }
  return { reads, gas }
}
