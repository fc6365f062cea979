import { bufferOf, type Program } from '@opine/models/ir/types.ts'

/** All in pixels, from the upper left corner. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type Point = { readonly x: number; readonly y: number }

/** Where a segment lies. @property first  its first kernel, `last` its last */
export type Band = Box & { readonly first: number; readonly last: number }

/**
 * A program laid out to be drawn.
 * @property kernels  one box each; `inputs` likewise
 * @property edges    indices of the buffers that are read and of the kernels that read them, each pair once; constants are not drawn
 */
export type Layout = {
  readonly width: number
  readonly height: number
  readonly inputs: readonly Box[]
  readonly kernels: readonly Box[]
  readonly bands: readonly Band[]
  readonly edges: readonly { readonly from: number; readonly to: number }[]
}

export const BOX = { width: 232, height: 48 } as const
const GAP = { x: 28, y: 44 } as const
const MARGIN = 32
/** Above the first row of a segment, for its name. */
const HEAD = 34
/** More boxes than this are broken into further lines. */
const MAX_IN_LINE = 8

/**
 * Inputs in a line, then the segments, which read earlier ones only, one below the other; in each the kernels by their depth, so that all
 * edges lead down.
 */
export function layOut(program: Program): Layout {
  const edges = edgesOf(program)
  const segments = segmentsOf(program)
  const inputLines = broken(program.inputs.map((_, input) => input))
  const sources = program.kernels.map((): number[] => [])
  for (const { from, to } of edges) sources[to]!.push(from - bufferOf(program, 0))
  const segmentLines = segments.map((kernels) => linesOf(kernels, sources))
  const widest = Math.max(...[inputLines, ...segmentLines].flat().map((line) => line.length))
  const inner = widest * (BOX.width + GAP.x) - GAP.x
  const width = inner + 4 * MARGIN

  const line = (count: number, y: number): Box[] => {
    const start = (width - (count * (BOX.width + GAP.x) - GAP.x)) / 2
    return Array.from({ length: count }, (_, place) => ({ x: start + place * (BOX.width + GAP.x), y, ...BOX }))
  }
  const inputs: Box[] = []
  const kernels: Box[] = []
  const bands: Band[] = []
  let y = MARGIN
  for (const each of inputLines) {
    inputs.push(...line(each.length, y))
    y += BOX.height + GAP.y
  }
  for (const [index, lines] of segmentLines.entries()) {
    const top = y
    y += HEAD
    for (const each of lines) {
      for (const [place, box] of line(each.length, y).entries()) kernels[each[place]!] = box
      y += BOX.height + GAP.y
    }
    y -= GAP.y - MARGIN / 2
    const own = segments[index]!
    bands.push({ x: MARGIN, y: top, width: width - 2 * MARGIN, height: y - top, first: own[0]!, last: own.at(-1)! })
    y += GAP.y
  }
  return { width, height: y - GAP.y + MARGIN, inputs, kernels, bands, edges }
}

function edgesOf(program: Program): Layout['edges'] {
  const isConstant = (buffer: number): boolean => buffer >= program.inputs.length && buffer < bufferOf(program, 0)
  return program.kernels.flatMap(({ loads }, to) =>
    [...new Set(loads.map(({ buffer }) => buffer))].filter((buffer) => !isConstant(buffer)).map((from) => ({ from, to })),
  )
}

function segmentsOf({ places }: Program): number[][] {
  const segments = new Map<number, number[]>()
  for (const [kernel, { first }] of places.entries()) segments.set(first, [...(segments.get(first) ?? []), kernel])
  return [...segments.values()]
}

/**
 * The kernels of a segment by depth: how long the longest chain in the segment is that leads to each.
 * @param sources  the kernels that each kernel reads
 */
function linesOf(kernels: readonly number[], sources: readonly (readonly number[])[]): number[][] {
  const depths = new Map<number, number>()
  const levels: number[][] = []
  for (const kernel of kernels) {
    const depth = 1 + sources[kernel]!.reduce((deepest, source) => Math.max(deepest, depths.get(source) ?? -1), -1)
    depths.set(kernel, depth)
    levels[depth] = [...(levels[depth] ?? []), kernel]
  }
  return levels.flatMap(broken)
}

const broken = (list: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(list.length / MAX_IN_LINE) }, (_, part) => list.slice(part * MAX_IN_LINE, (part + 1) * MAX_IN_LINE))
