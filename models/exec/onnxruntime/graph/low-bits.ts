import { type Fact, isWithin } from './facts.ts'
import { binaryOf, scaled } from './operand.ts'
import type { GraphWriter, Ref } from './writer.ts'

/** Towards zero: rounding down, or up below zero. */
export function truncate(writer: GraphWriter, ref: Ref): Ref {
  const below = binaryOf('Less', writer, ref, writer.scalar(0), true)
  const parts = [writer.node('Ceil', [ref], ref.shape), writer.node('Floor', [ref], ref.shape)]
  return writer.node('Where', [below, ...parts], ref.shape, {}, 'f32')
}

/** The low bits: what is left of a multiple of a power of two below it. */
export function lowBits(writer: GraphWriter, ref: Ref, modulus: number): Ref {
  const rounded = scaled(writer, ref, 1 / modulus)
  return binaryOf('Sub', writer, ref, scaled(writer, writer.node('Floor', [rounded], ref.shape), modulus))
}

/** The low bits as a number with a sign. */
export function lowBitsSigned(writer: GraphWriter, ref: Ref, fact: Fact, bits: number): Ref {
  if (isWithin(fact, bits)) return ref
  const half = 2 * (1 << (bits - 2))
  return binaryOf('Sub', writer, lowBits(writer, binaryOf('Add', writer, ref, writer.scalar(half)), 2 * half), writer.scalar(half))
}
