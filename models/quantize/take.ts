import type { GraphNode, Tensor } from '../onnx/types.ts'
import type { Context } from './context.ts'
import { Reason } from './reason.ts'
import { type Code, type Region, rowsOf, type Value } from './values.ts'

/** The value of a tensor: as a region where it is one still, else as a code. */
export type Take = { readonly value: (name: string) => Value; readonly code: (name: string) => Code | Reason }

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
