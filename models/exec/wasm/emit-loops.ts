import { product } from '../../ir/types.ts'
import { type Choice, LANES } from './choose.ts'
import { BEGIN, type Context, END } from './context.ts'
import type { Nest } from './nest.ts'

function tilesOf(
  { extents }: Nest,
  { lane, unroll, row, rows }: Choice,
  variable: number,
): { readonly size: number; readonly count: number } {
  const size = variable === lane ? unroll * LANES : variable === row ? rows : 1
  return { size, count: Math.ceil(extents[variable]! / size) }
}

/** Iterations of the two outermost loops together. */
export const tilesIn = (nest: Nest, choice: Choice): number =>
  product(choice.order.slice(0, 2).map((variable) => tilesOf(nest, choice, variable).count))

/** The loops over the output variables around the code of a tile: of the two outermost ones the tiles from the function's `BEGIN` up to its `END`. */
export function emitLoops(context: Context, emitTile: () => void): void {
  const { code, nest, choice } = context
  const [outer, inner] = choice.order
  if (outer === undefined) {
    code.get(BEGIN)
    code.get(END)
    code.op('i32.lt_s')
    code.open('if')
    emitTile()
    code.end()
    return
  }
  const begin = (): void => code.get(BEGIN)
  const end = (): void => code.get(END)
  const { count } = inner === undefined ? { count: 1 } : tilesOf(nest, choice, inner)
  if (count === 1) {
    emitLoop(context, 0, begin, end, () => emitAll(context, 1, emitTile))
    return
  }
  const past = code.local('i32')
  code.get(END)
  code.int(count - 1)
  code.op('i32.add')
  code.int(count)
  code.op('i32.div_s')
  code.set(past)
  const first = (): void => {
    code.get(BEGIN)
    code.int(count)
    code.op('i32.div_s')
  }
  emitLoop(
    context,
    0,
    first,
    () => code.get(past),
    (tile) => {
      // A bound of the range, from this tile's beginning on, or where that lies in another tile, the tile's own bound.
      const within = (bound: number, own: number, beyond: 'i32.lt_s' | 'i32.gt_s'): number => {
        const local = code.local('i32')
        code.get(bound)
        code.get(tile)
        code.int(count)
        code.op('i32.mul')
        code.op('i32.sub')
        code.tee(local)
        code.int(own)
        code.get(local)
        code.int(own)
        code.op(beyond)
        code.op('select')
        code.set(local)
        return local
      }
      const [from, to] = [within(BEGIN, 0, 'i32.gt_s'), within(END, count, 'i32.lt_s')]
      emitLoop(
        context,
        1,
        () => code.get(from),
        () => code.get(to),
        () => emitAll(context, 2, emitTile),
      )
    },
  )
}

/** The loops from this level inwards, all of each. */
function emitAll(context: Context, level: number, emitTile: () => void): void {
  const { code, nest, choice } = context
  const variable = choice.order[level]
  const { count } = variable === undefined ? { count: 0 } : tilesOf(nest, choice, variable)
  if (variable === undefined) emitTile()
  else if (count === 1) emitAll(context, level + 1, emitTile)
  else
    emitLoop(
      context,
      level,
      () => code.int(0),
      () => code.int(count),
      () => emitAll(context, level + 1, emitTile),
    )
}

/** @param begin, end  push the first tile, and that behind the last */
function emitLoop(context: Context, level: number, begin: () => void, end: () => void, body: (tile: number) => void): void {
  const { code, nest, choice, tracker } = context
  const variable = choice.order[level]!
  const { size } = tilesOf(nest, choice, variable)
  const tile = code.local('i32')
  begin()
  code.set(tile)
  code.open('block')
  code.open('loop')
  code.get(tile)
  end()
  code.op('i32.lt_s')
  code.op('i32.eqz')
  code.op('br_if', 1)
  const value = size === 1 ? tile : emitStart(context, tile, size, nest.extents[variable]!)
  const leave = tracker.enter(variable, value, variable === choice.lane ? tile : undefined)
  body(tile)
  leave()
  code.get(tile)
  code.int(1)
  code.op('i32.add')
  code.set(tile)
  code.op('br', 0)
  code.end()
  code.end()
}

/** A tile starts at a multiple of its size, but the last one ends with the extent: what two tiles share is computed twice, alike. */
function emitStart({ code }: Context, tile: number, size: number, extent: number): number {
  const start = code.local('i32')
  code.get(tile)
  code.int(size)
  code.op('i32.mul')
  code.set(start)
  if (extent % size === 0) return start
  code.get(start)
  code.int(extent - size)
  code.get(start)
  code.int(extent - size)
  code.op('i32.lt_s')
  code.op('select')
  code.set(start)
  return start
}
