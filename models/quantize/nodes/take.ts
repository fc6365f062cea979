import type { GraphNode, Tensor } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { Reason } from '../reason.ts'
import { type Code, type Region, rowsOf, type Value } from '../values.ts'

/**
 * A tensor of the float model, by its name.
 * @property value   as a region where it is one still
 * @property code    as integers
 * @property number  name of it as numbers, for who calculates in float, or as what else it is
 */
export type Take = {
  readonly value: (name: string) => Value
  readonly code: (name: string) => Code | Reason
  readonly number: (name: string) => string
}

/** What the outputs of a node are. */
export type Made = Reason | (readonly [string, Value])[]

/** No clip yet. */
export const UNBOUND = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY } as const

export const onto = (region: Region | Reason, change: (region: Region) => Region | Reason): Region | Reason =>
  region instanceof Reason ? region : change(region)

export const constantRows = (region: Region, value: number): Float64Array => new Float64Array(rowsOf(region)).fill(value)

/** What the node's output is called, and its axis of channels. */
export const outputOf = (context: Context, node: GraphNode): { name: string; shape: readonly number[]; axis: number } => {
  const name = node.outputs[0]!
  return { name, shape: context.network.tensors.get(name)!.shape, axis: context.network.axes.get(name) ?? 0 }
}

export const constantOf = (context: Context, name: string | undefined): Tensor | undefined => context.network.constants.get(name ?? '')
