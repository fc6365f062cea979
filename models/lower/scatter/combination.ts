/** What becomes of an element that updates are meant for. */
import { inRange, load, op } from '../../ir/expression.ts'
import { type Expression, type ScalarType, scalarOf } from '../../ir/types.ts'
import type { Builder } from '../builder.ts'
import type { View } from '../view.ts'

/** What becomes of an element and its updates: the last one replaces it, or all are combined with it. */
export type Combination = 'none' | 'add' | 'mul' | 'max' | 'min'

export type Fold = { readonly op: 'sum' | 'prod' | 'max' | 'min'; readonly identity: { readonly [type in ScalarType]: number } }

/** Identities are bits. */
export const FOLDS: Readonly<Record<Exclude<Combination, 'none'>, Fold>> = {
  add: { op: 'sum', identity: { f32: 0, i32: 0 } },
  mul: { op: 'prod', identity: { f32: 0x3f800000, i32: 1 } },
  max: { op: 'max', identity: { f32: 0xff800000, i32: 0x80000000 } },
  min: { op: 'min', identity: { f32: 0x7f800000, i32: 0x7fffffff } },
}

export const stored = (view: View) => (view.buffer.type === 'f16' ? 'f32' : view.buffer.type)

/** A view whose loads are in range wherever their coordinates are. */
export const unguarded = (builder: Builder, view: View): View => (view.guards.length > 0 ? builder.copy(view) : builder.simple(view))

/** The update, or the element with it, where there is one. */
export function writing(into: View, combination: Combination): Expression {
  const update = combination === 'none' ? [load(0)] : [load(1), load(0), combining(into, combination)]
  return [...update, load(1), inRange(0), op('select')]
}

export const combining = (into: View, combination: Combination) => op(`${scalarOf(into.buffer.type)}.${combination}`)
