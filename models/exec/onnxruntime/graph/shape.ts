import { type GraphWriter, noForm, type Ref } from './writer.ts'

/** The tensor with axes of extent 1 before its own, as many as make up the rank. */
export const ranked = (writer: GraphWriter, ref: Ref, rank: number): Ref =>
  ref.shape.length === rank ? ref : writer.reshape(ref, [...Array<number>(rank - ref.shape.length).fill(1), ...ref.shape])

/** The shape that broadcasting two shapes gives. @throws {OpineError} `NO_ONNX_FORM` */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, at) => {
    const [left, right] = [a[at - rank + a.length] ?? 1, b[at - rank + b.length] ?? 1]
    if (left !== right && left !== 1 && right !== 1) throw noForm(`shapes [${a}] and [${b}] do not fit`)
    return left === 1 ? right : left
  })
}
