import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { axis, code, kernel, load } from '@opine/models/exec/reference/sample.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { encodeMeta } from '@opine/models/ir/meta.ts'
import { blockCount, type InputSpec, type Kernel, type Load, type Place, product } from '@opine/models/ir/types.ts'
import type { Subject } from './subject.ts'

const INPUTS: readonly InputSpec[] = [
  { type: 'f32', count: 12 },
  { type: 'i32', count: 12 },
]
const ALONE: Place = { committed: true, first: 0, length: 1 }

/**
 * A kernel as the validators take it, over inputs of 12 numbers and 12 integers unless said otherwise.
 * @property places      of all kernels; the judged one is the last, the others are single numbers
 * @property descriptor  changes the descriptor's bytes; `meta` those of the kernel's own meta, `operand` those of buffer 0
 */
export type Setting = {
  readonly inputs?: readonly InputSpec[]
  readonly places?: readonly Place[]
  readonly index?: number
  readonly descriptor?: (bytes: Uint8Array) => Uint8Array
  readonly meta?: (bytes: Uint8Array) => void
  readonly operand?: (bytes: Uint8Array) => void
}

export function subjectOf(judged: Kernel, setting: Setting = {}): Subject {
  const { inputs = INPUTS, places = [ALONE], descriptor = (bytes) => bytes } = setting
  const index = setting.index ?? places.length - 1
  const metas = [
    ...inputs.map(({ type, count }) =>
      encodeMeta({ kind: 'input', type, count, blocks: 0, place: { committed: false, first: 0, length: 0 } }),
    ),
    ...places.map((place, at) => {
      const [type, count, blocks] =
        at === index ? ([judged.storeType, product(judged.shape), blockCount(judged)] as const) : (['f32', 1, 0] as const)
      return encodeMeta({ kind: 'kernel', type, count: Math.min(count, 0xffffffff), blocks: Math.min(blocks, 0xffffffff) || 0, place })
    }),
  ]
  setting.meta?.(metas[inputs.length + index]!)
  setting.operand?.(metas[0]!)
  return {
    counts: { inputs: inputs.length, constants: 0, kernels: places.length },
    kernel: index,
    metas,
    descriptor: descriptor(encodeKernel(judged)),
  }
}

/** One number from nothing. */
export const plain = (parts: Partial<Kernel> = {}): Kernel =>
  kernel({ shape: [1], loads: [], result: code(parts.resultType === 'i32' ? 'i32.const 0' : 'f32.const 0'), ...parts })
/** A maximum over terms. */
export const folded = (extents: readonly number[], block: number, parts: Partial<Kernel> = {}): Kernel =>
  plain({ reduce: { op: 'max', extents, block }, term: code('f32.const 0'), result: code('fold'), ...parts })
/** One number, read from buffer 0 unless said otherwise. */
export const reading = (loads: readonly Load[], parts: Partial<Kernel> = {}): Kernel => plain({ loads, result: code('load 0'), ...parts })

export const ones = (count: number): number[] => Array.from({ length: count }, () => 1)
export const scalar = (buffer = 0, base = 0): Load => load(buffer, [], 0, base)
export const still = (count: number): Load =>
  load(
    0,
    ones(count).map(() => axis(1, 0, 0)),
  )
/** Well-typed code of so many bytes. */
export const negations = (bytes: number) => code(`f32.const 0 ${'f32.neg '.repeat(bytes - 5)}`)
/** Changes one byte. */
export const patched =
  (at: number, byte: number) =>
  (bytes: Uint8Array): Uint8Array =>
    bytes.with(at, byte)
/** The code of the result, which is empty in what is changed. */
export const resultBytes =
  (...codeBytes: readonly number[]) =>
  (bytes: Uint8Array): Uint8Array =>
    concatBytes(bytes.subarray(0, -2), Uint8Array.of(codeBytes.length >> 8, codeBytes.length & 255, ...codeBytes))

/** What a rule still allows, and the least that it does not. */
export type Limit = readonly [what: string, within: Subject, beyond: Subject]
export const segment = (first: number, length: number, committed = true) => ({ committed, first, length })
