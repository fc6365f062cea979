import { i32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { packTensor } from '../../onnx/encode.ts'
import type { Builder } from '../builder.ts'
import { constantOf } from '../constant.ts'
import { at, indexedBy } from '../draft-load.ts'
import { gatherAlong } from '../gather.ts'
import type { Operand } from '../kernel-source.ts'
import { tableOf } from '../table.ts'
import { broadcast, shapeOf, type View } from '../view.ts'
import { EQUAL, type Forest, GREATER, LESS, NAN } from './forest.ts'

/** The condition in one or two operations where all nodes have one mode. Loads: 0 the feature, 1 the value. */
const SIMPLE: ReadonlyMap<number, Expression> = new Map([
  [LESS | EQUAL, [load(0), load(1), op('f32.le')]],
  [LESS, [load(0), load(1), op('f32.lt')]],
  [GREATER | EQUAL, [load(1), load(0), op('f32.le')]],
  [GREATER, [load(1), load(0), op('f32.lt')]],
  [EQUAL, [load(0), load(1), op('f32.eq')]],
  [LESS | GREATER | NAN, [load(0), load(1), op('f32.eq'), i32(0), op('i32.eq')]],
  [LESS | EQUAL | NAN, [load(1), load(0), op('f32.lt'), i32(0), op('i32.eq')]],
  [LESS | NAN, [load(1), load(0), op('f32.le'), i32(0), op('i32.eq')]],
])

const bit = (condition: Expression, place: number): Expression => [...condition, i32(place), op('i32.mul')]

/** The outcome's bit, and whether load 2, the node's mode, has it. */
const ANY_MODE: Expression = [
  ...[...bit([load(0), load(1), op('f32.lt')], LESS), ...bit([load(0), load(1), op('f32.eq')], EQUAL), op('i32.or')],
  ...[...bit([load(1), load(0), op('f32.lt')], GREATER), op('i32.or')],
  ...[...bit([load(0), load(0), op('f32.eq'), i32(0), op('i32.eq')], NAN), op('i32.or')],
  ...[load(2), op('i32.and'), i32(0), op('i32.eq'), i32(0), op('i32.eq')],
]

/**
 * The leaf that each item reaches in each tree, `[N, trees]`, as a number of the forest's leaves. Level by level, two kernels each: the
 * features that the nodes look at, and their next nodes. Leaves are their own next nodes.
 * @param x      `[N, features]` of `f32`
 * @param depth  levels of the deepest tree
 */
export function descend(builder: Builder, x: View, { roots, branches, leaves }: Forest, depth: number): View {
  const [items] = shapeOf(x) as [number]
  const source = builder.simple(x)
  // Nodes of the tables: the leaves, then the branches.
  const place = (node: number): number => (node < 0 ? -1 - node : leaves.length + node)
  const table = <T>(own: (branch: Forest['branches'][number]) => T, leaf: (index: number) => T): T[] => [
    ...leaves.map((_, index) => leaf(index)),
    ...branches.map(own),
  ]
  const modes = new Set(branches.map(({ mode }) => mode))
  const simple = modes.size === 1 ? SIMPLE.get([...modes][0]!) : undefined
  const columns = {
    feature: table(
      ({ feature }) => feature,
      () => 0,
    ),
    value: table(
      ({ value }) => value,
      () => 0,
    ),
    mode: table(
      ({ mode }) => mode,
      () => 0,
    ),
    yes: table(
      ({ yes }) => place(yes),
      (index) => index,
    ),
    no: table(
      ({ no }) => place(no),
      (index) => index,
    ),
  }
  const start = roots.map(place)
  const integers = (data: readonly number[]): View => tableOf(builder, [data.length], data)
  const floats = (data: readonly number[]): View =>
    constantOf(packTensor({ name: `${builder.label} values`, type: 'f32', shape: [data.length], data }))

  let nodes: View = broadcast(integers(start), [items, roots.length])
  for (let level = 0; level < depth; level += 1) {
    // At the first level everything but the items is known.
    const first = level === 0
    const features = first
      ? integers(start.map((node) => columns.feature[node]!))
      : gatherAlong(builder, integers(columns.feature), 0, nodes)
    const read = (column: readonly number[], pack: (data: readonly number[]) => View): Operand =>
      first ? { view: pack(start.map((node) => column[node]!)), at: [at(1)] } : { view: pack(column), at: [indexedBy(1)] }
    const condition = simple ?? ANY_MODE
    const shift = (code: Expression): Expression => code.map((step) => (step.op === 'load' ? load([2, 3, 6][step.arg!]!) : step))
    nodes = builder.emit({
      type: 'i32',
      shape: [items, roots.length],
      operands: [
        { view: features, at: first ? [at(1)] : [at(0), at(1)] },
        { view: nodes, at: [at(0), at(1)] },
        { view: source, at: [at(0), indexedBy(0)] },
        read(columns.value, floats),
        read(columns.yes, integers),
        read(columns.no, integers),
        read(columns.mode, integers),
      ],
      result: [load(4), load(5), ...shift(condition), op('select')],
    })
  }
  return nodes
}
