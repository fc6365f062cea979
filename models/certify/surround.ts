import type { Kernel, ScalarType } from '../ir/types.ts'
import { fromBits } from '../numerics/bits.ts'
import { coordinate, type Surroundings } from './code.ts'
import type { Contents } from './contents.ts'
import { Reach, type Space } from './reach.ts'
import { constant, known, type Value } from './value.ts'
import type { Watch } from './watch.ts'

/** What expressions see. `enter` forgets the loads of the coordinates before. */
export function surround(
  { loads }: Kernel,
  operands: readonly Contents[],
  types: readonly ScalarType[],
  space: Space,
  watch: Watch,
): { readonly enter: () => void; readonly surroundings: Surroundings } {
  let now = 0
  const seen = loads.map(() => -1)
  const reaches = loads.map((load, number): Reach => {
    const fill = constant(types[number] === 'f32' ? fromBits(load.fill) : load.fill | 0)
    return new Reach(load, operands[number]!, fill, space, (index) => at(index).value)
  })
  const at = (number: number): Reach => {
    const reach = reaches[number]!
    if (seen[number] !== now) {
      reach.follow()
      seen[number] = now
    }
    return reach
  }
  const running = space.greatest.map((greatest) => coordinate(greatest + 1))
  const fixed = new Map<number, Value>()
  const fixedAt = (place: number): Value => {
    let value = fixed.get(place)
    if (!value) {
      value = known(place)
      fixed.set(place, value)
    }
    return value
  }
  const surroundings: Surroundings = {
    load: (number) => at(number).value,
    inRange: (number) => at(number).inRange,
    variable: (number) => (space.least[number] === space.greatest[number] ? fixedAt(space.least[number]!) : running[number]!),
    fold: null,
    folded: false,
    watch,
  }
  const enter = (): void => {
    now++
  }
  return { enter, surroundings }
}
