import { axis, load } from '@opine/models/exec/reference/sample.ts'
import type { Costs, OpcodeGas } from '@opine/models/gas/costs.ts'
import type { Load } from '@opine/models/ir/types.ts'
import type { Meter } from './bench.ts'
import { alike, fold, numbers, product, upTo } from './samples.ts'

/** Of the way to the next term, to which the others are relative: it never comes without a term or a run. */
const ADVANCE = 100
const ONES = [numbers(1), numbers(1)]
const FACTORS = [load(1, []), load(2, [])]
/** Factors that take every path through a product and its sum. */
const EDGES = [
  0x3f800001, 0x00000001, 0x007fffff, 0x00800001, 0x80000003, 0x1f800003, 0x20000001, 0x5f7fffff, 0x7f7fffff, 0xff7fffff, 0x7f800000,
  0xff800000, 0x7fc00000, 0,
]

export async function measureTerms({ each }: Meter, opcodes: OpcodeGas): Promise<Pick<Costs, 'term' | 'advance' | 'advancePair' | 'wrap'>> {
  const movers = (count: number): Load[] => upTo(count).map(() => load(1, [axis(64, 1, 0, [1, 1])]))
  const pairs = (count: number): Promise<number> =>
    each(fold([64], movers(count), undefined, [numbers(64)]), fold([1], movers(count), undefined, [numbers(64)]), 63)
  return {
    term: (await each(fold([65]), fold([1]), 64)) - ADVANCE - opcodes['f32.const']! - opcodes['f32.max']!,
    advance: ADVANCE,
    advancePair: ((await pairs(8)) - (await pairs(0))) / 4,
    wrap: await each(fold([65, 1]), fold([1, 65]), 64),
  }
}

type Known = Pick<Costs, 'advance' | 'advancePair' | 'wrap' | 'guarded' | 'guardCheck'> & { readonly seek: number }

export async function measureProducts(
  { of, each }: Meter,
  known: Known,
): Promise<Pick<Costs, 'run' | 'piece' | 'watched' | 'multiplyAdd' | 'missed'>> {
  const perTerm = (values: typeof ONES): Promise<number> => each(product([125], FACTORS, values), product([25], FACTORS, values), 100)
  let multiplyAdd = 0
  for (const a of EDGES) {
    for (const b of EDGES) multiplyAdd = Math.max(multiplyAdd, await perTerm([alike('f32', 1, a), alike('f32', 1, b)]))
  }
  // 64 equal numbers in eight groups of eight: neither factor moves, one does, both do.
  const even = [alike('f32', 64, 0x3fc00000), alike('f32', 64, 0x3fc00000)]
  const line = (buffer: number): Load => load(buffer, [axis(64, 1, 0, [1, 1])])
  const sum = (loads: readonly Load[], open?: readonly number[]): Promise<number> => of(product([64], loads, even), open)
  const ahead = ((await sum([line(1), line(2)])) - (await sum([load(1, []), line(2)], upTo(8)))) / 7
  const piece = ((await sum([line(1), load(2, [])], upTo(8))) - (await sum(FACTORS, upTo(8)))) / 7 - ahead
  const runs = await each(product([64, 1], FACTORS, ONES), product([1, 64], FACTORS, ONES), 63)
  // An axis that the innermost coordinate leaves in a later block.
  const fenced = [load(1, [axis(64, 0, 0, [1, 1])]), load(2, [])]
  const alone = await each(product([128], fenced, ONES, 64), product([128], fenced, ONES, 4), 60)
  return {
    run: runs - known.advance - known.wrap - piece,
    piece,
    watched: alone - known.advance - known.advancePair - known.guarded - known.guardCheck - (await perTerm(ONES)),
    multiplyAdd,
    missed: known.seek - ahead,
  }
}
