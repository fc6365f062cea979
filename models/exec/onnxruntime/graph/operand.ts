import type { Fact } from './facts.ts'
import { broadcastShapes } from './shape.ts'
import { type GraphWriter, noForm, type Ref } from './writer.ts'

/** A value of an expression: known, or a tensor of `f32` or `bool`. */
export type Item = number | Ref

export const constant = (writer: GraphWriter, value: number): Ref => {
  // What is not exact as f32 here is an integer of 2^24 or more.
  if (Math.fround(value) !== value) throw noForm(`the constant ${value} is not exact in binary32`)
  return writer.scalar(value)
}
export const number = (writer: GraphWriter, ref: Ref): Ref => (ref.type === 'bool' ? writer.cast(ref, 'f32') : ref)

/** Operands of an operation: as tensors, as they are, and what is known of them. */
export type Operands = {
  readonly writer: GraphWriter
  readonly refs: readonly Ref[]
  readonly args: readonly Item[]
  readonly facts: readonly Fact[]
}
export type Operation = (operands: Operands) => Item

export const binary =
  (name: string, bool = false): Operation =>
  ({ writer, refs }) => {
    const [a, b] = refs.map((ref) => number(writer, ref)) as [Ref, Ref]
    return writer.node(name, [a, b], broadcastShapes(a.shape, b.shape), {}, bool ? 'bool' : 'f32')
  }
export const unary =
  (name: string): Operation =>
  ({ writer, refs: [ref] }) =>
    writer.node(name, [number(writer, ref!)], ref!.shape)
export const binaryOf = (name: string, writer: GraphWriter, a: Ref, b: Ref, bool = false): Ref =>
  binary(name, bool)({ writer, refs: [a, b], args: [], facts: [] }) as Ref

/** Multiplied by a power of two; exact. */
export const scaled = (writer: GraphWriter, ref: Ref, factor: number): Ref => binaryOf('Mul', writer, ref, writer.scalar(factor))
