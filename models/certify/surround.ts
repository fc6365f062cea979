import type { Kernel, ScalarType } from '../ir/types.ts'
import { fromBits } from '../numerics/bits.ts'
import { coordinate, type Surroundings } from './code.ts'
import type { Contents } from './contents.ts'
import { type Reached, reach, type Space } from './reach.ts'
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
  const fills = loads.map(({ fill }, number) => constant(types[number] === 'f32' ? fromBits(fill) : fill | 0))
  const seen = loads.map(() => new Map<string, Value>())
  const reached: (Reached | undefined)[] = []
  const at = (number: number): Reached => {
    let known = reached[number]
    if (!known) {
      known = reach(loads[number]!, operands[number]!, fills[number]!, space, (index) => at(index).value, seen[number]!)
      reached[number] = known
    }
    return known
  }
  const surroundings: Surroundings = {
    load: (number) => at(number).value,
    inRange: (number) => at(number).inRange,
    variable: (number) =>
      space.least[number] === space.greatest[number] ? known(space.least[number]!) : coordinate(space.greatest[number]! + 1),
    fold: null,
    folded: false,
    watch,
  }
  return { enter: () => reached.splice(0), surroundings }
}
