import type { GraphWriter, Ref } from './writer.ts'

/** The tensor with axes of extent 1 before its own, as many as make up the rank. */
export const ranked = (writer: GraphWriter, ref: Ref, rank: number): Ref =>
  ref.shape.length === rank ? ref : writer.reshape(ref, [...Array<number>(rank - ref.shape.length).fill(1), ...ref.shape])
