import { axis, code, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import type { Costs } from '@opine/models/gas/costs.ts'
import type { Load, Program } from '@opine/models/ir/types.ts'
import { alone, type Meter } from './bench.ts'
import { fold, numbers, read, upTo } from './samples.ts'

type SetUp =
  | 'variable'
  | 'reduce'
  | 'sibling'
  | 'load'
  | 'axis'
  | 'axisVariable'
  | 'coefficient'
  | 'loadOperand'
  | 'placeReduce'
  | 'axisReduce'
  | 'guard'

const ONE = code('f32.const 0x3f800000')
const EIGHT = [1, 1, 1, 1, 1, 1, 1, 1]
const scalar = load(1, [])

/** Decoding, the kernel's own leaf, and where the walk begins. */
export async function measureSetUp({ each }: Meter): Promise<Pick<Costs, SetUp>> {
  const spare = (count: number): Program =>
    program(
      [{ type: 'f32', count: 1 }],
      [],
      upTo(count).map(() => kernel({ shape: [1], loads: [], result: ONE })),
    )
  const still = (axes: number): Load =>
    load(
      1,
      upTo(axes).map(() => axis(1, 0, 0)),
    )
  const perAxis = (shape: readonly number[]): Promise<number> => each(read([still(6)], shape), read([still(0)], shape), 6)
  const axisVariable = ((await perAxis(EIGHT)) - (await perAxis([1]))) / 7
  const named = load(
    1,
    upTo(6).map(() => axis(1, 0, 0, ...upTo(8).map((v) => [v, 1] as const))),
  )
  const coefficient = await each(read([named], EIGHT), read([still(6)], EIGHT), 48)

  // More loads, of one operand and of the other beside a second one.
  const more = (second: number, count: number): Program =>
    alone({ loads: [scalar, load(second, []), ...upTo(count).map(() => scalar)], result: code('load 0 load 1 f32.add') }, [
      numbers(1),
      numbers(1),
    ])
  const perLoad = (second: number): Promise<number> => each(more(second, 6), more(second, 0), 6)

  const unread = (extents: readonly number[], loads: readonly Load[]): Program => fold(extents, loads, undefined, [numbers(64)])
  const reduces = (count: number): Promise<number> => {
    const loads = upTo(count).map(() => still(6))
    return each(unread([1, 1, 1, 1, 1, 1], loads), unread([1], loads), 5)
  }
  const moved = load(
    1,
    upTo(6).map(() => axis(1, 0, 0, ...upTo(4).map((v) => [1 + v, 1] as const))),
  )
  const left = (count: number): Load =>
    load(
      1,
      upTo(6).map((i) => axis(i < count ? 1 : 2, 0, 0, [1, 1])),
    )
  const variable = await each(alone({ shape: EIGHT, result: ONE }), alone({ result: ONE }), 7)
  const placeReduce = ((await reduces(4)) - (await reduces(1)) - 18 * axisVariable) / 21
  return {
    variable,
    reduce: (await each(fold(EIGHT), fold([1]), 7)) - variable - placeReduce,
    // Two buffers and thirty-two: depths 1 and 5.
    sibling: await each(spare(31), spare(1), 4),
    load: await each(read(upTo(8).map(() => scalar)), read([scalar]), 7),
    axis: (await perAxis([1])) - axisVariable,
    axisVariable,
    coefficient,
    loadOperand: Math.max(0, (await perLoad(2)) - (await perLoad(1))),
    // Three loads of six axes more.
    placeReduce,
    axisReduce: (await each(unread([1, 1, 1, 1], [moved]), unread([1, 1, 1, 1], [still(6)]), 24)) - coefficient,
    guard: await each(unread([2], [left(6)]), unread([2], [left(0)]), 6),
  }
}
