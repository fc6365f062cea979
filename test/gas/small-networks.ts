import { axis, code, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import type { Kernel, Load, Program } from '@opine/models/ir/types.ts'

const floatInput = (count: number) => ({ type: 'f32', count }) as const
const same = (count: number, buffer: number): Load => load(buffer, [axis(count, 1, 0, [0, 1])])
const doubled = (count: number, buffer: number): Kernel =>
  kernel({ shape: [count], loads: [same(count, buffer)], result: code('load 0 f32.const 0x40000000 f32.mul') })
const raised = (count: number, buffer: number): Kernel =>
  kernel({ shape: [count], loads: [same(count, buffer)], result: code('load 0 f32.const 0x3f800000 f32.add') })

/** `2 x + 1` of each of so many numbers: input and output have four bytes for each. */
export const twoKernels = (count: number): Program => program([floatInput(count)], [], [doubled(count, 0), raised(count, 1)])

/** Kernels in the segments of `oathNetwork`, and running totals of those of its kernels that have any. */
export const SEGMENTS = [2, 4, 8, 16, 32, 64] as const
export const TOTALS = [2, 8, 32, 128, 512] as const

/** A chain of kernels of two words each, in a segment of each length, and then of kernels with so many blocks, one in each segment. */
export function oathNetwork(): Program {
  const count = 16
  const kernels: Kernel[] = []
  for (const length of SEGMENTS) for (let i = 0; i < length; i++) kernels.push(raised(count, kernels.length))
  for (const blocks of TOTALS) {
    kernels.push(
      kernel({
        shape: [count],
        reduce: { op: 'sum', extents: [blocks], block: 1 },
        loads: [same(count, kernels.length)],
        term: code('load 0'),
        result: code('fold'),
      }),
    )
  }
  return program([floatInput(count)], [], kernels, [...SEGMENTS, ...TOTALS.map(() => 1)])
}

/** The committed kernel of each segment, by the segment's length; and the kernels with totals, by their number. */
export function oathKernels(): { readonly segments: ReadonlyMap<number, number>; readonly totals: ReadonlyMap<number, number> } {
  let kernel = -1
  const segments = new Map(
    SEGMENTS.map((length) => {
      kernel += length
      return [length, kernel]
    }),
  )
  return { segments, totals: new Map(TOTALS.map((blocks, i) => [blocks, kernel + 1 + i])) }
}

/** Numbers of binary32, the same for the same seed. */
export const numbers = (count: number, seed: number): Uint8Array =>
  new Uint8Array(Float32Array.from({ length: count }, (_, i) => 1 + ((seed * 31 + i * 7) % 64) / 8).buffer)
