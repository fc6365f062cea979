import { axis, code, indexedAxis, load } from '@opine/models/exec/reference/sample.ts'
import type { Load } from '@opine/models/ir/types.ts'
import { folded, type Limit, negations, ones, patched, plain, reading, scalar, segment, still, subjectOf } from './rule-limits.ts'
import type { Subject } from './subject.ts'

const HUGE = [{ type: 'f32', count: 0x7fffffff }] as const
/** `count` loads that follow the reduce coordinate, with code of `bytes` a term and one of the result. */
export const stepping = (count: number, bytes: number, result: number): Subject => {
  const loads = ones(count).map((): Load => load(0, [axis(1, 0, 0, [1, 1])]))
  return subjectOf(folded([128], 128, { loads, term: negations(bytes), result: negations(result) }))
}
/** A load of one element by indexed axes, asked for so often. */
const looking = (axes: number, asked: number): Subject => {
  const loads = [
    scalar(1),
    load(
      0,
      ones(axes).map(() => indexedAxis(1, 0, 0, 0)),
    ),
  ]
  const term = code(`${'load 1 set 0 '.repeat(asked)}f32.const 0`)
  return subjectOf(folded([128], 128, { loads, term }))
}

/** The rules about loads and the work of a step. */
export const CONTENT_LIMITS: Readonly<Record<'BUFFER' | 'COORDINATE' | 'ADDRESS' | 'WORK' | 'STEP', readonly Limit[]>> = {
  BUFFER: [
    [
      'below its own',
      subjectOf(reading([scalar(2)]), { places: [segment(0, 1), segment(1, 1)] }),
      subjectOf(reading([scalar(3)]), { places: [segment(0, 1), segment(1, 1)] }),
    ],
    [
      'interiors of its own segment',
      subjectOf(reading([scalar(2)]), { places: [segment(0, 2, false), segment(0, 2)] }),
      subjectOf(reading([scalar(2)]), { places: [segment(0, 1, false), segment(1, 1)] }),
    ],
    ['an input is an input', subjectOf(reading([scalar()])), subjectOf(reading([scalar()]), { operand: (bytes) => bytes.set([2], 0) })],
    [
      'types up to f16',
      subjectOf(reading([scalar()]), { operand: (bytes) => bytes.set([4], 1) }),
      subjectOf(reading([scalar()]), { operand: (bytes) => bytes.set([5], 1) }),
    ],
    [
      'counts below 2^31',
      subjectOf(reading([scalar()]), { inputs: HUGE }),
      subjectOf(reading([scalar()]), { inputs: [{ type: 'f32', count: 0x80000000 }] }),
    ],
    ['inputs have no place', subjectOf(reading([scalar()])), subjectOf(reading([scalar()]), { operand: (bytes) => bytes.set([1], 11) })],
  ],
  COORDINATE: [
    ['axis kind 1', looking(1, 1), subjectOf(reading([still(1)]), { descriptor: patched(12 + 4 + 17 + 8, 2) })],
    ['an index before', looking(1, 1), subjectOf(reading([load(0, [indexedAxis(1, 0, 0, 0)])]))],
    [
      'below 2^31',
      subjectOf(plain({ shape: [0x40000000], loads: [load(0, [axis(0x7fffffff, 0, 1, [0, 2])])] })),
      subjectOf(plain({ shape: [0x40000000], loads: [load(0, [axis(0x7fffffff, 0, 2, [0, 2])])] })),
    ],
    [
      'ascending',
      subjectOf(reading([load(0, [axis(1, 0, 0, [0, 1], [1, 1])])], { shape: [1, 1] })),
      subjectOf(reading([load(0, [axis(1, 0, 0, [1, 1], [1, 1])])], { shape: [1, 1] })),
    ],
    [
      'of the ranks',
      subjectOf(reading([load(0, [axis(1, 0, 0, [1, 1])])], { shape: [1, 1] })),
      subjectOf(reading([load(0, [axis(1, 0, 0, [2, 1])])], { shape: [1, 1] })),
    ],
    ['no coefficient of 0', subjectOf(reading([load(0, [axis(1, 0, 0, [0, 1])])])), subjectOf(reading([load(0, [axis(1, 0, 0, [0, 0])])]))],
  ],
  ADDRESS: [
    ['below the count', subjectOf(reading([scalar(0, 11)])), subjectOf(reading([scalar(0, 12)]))],
    ['not below 0', subjectOf(reading([scalar(0, 0)])), subjectOf(reading([scalar(0, -1)]))],
    ['by extents', subjectOf(reading([load(0, [axis(12, 1, 0)])])), subjectOf(reading([load(0, [axis(13, 1, 0)])]))],
    [
      'by negative strides',
      subjectOf(reading([load(0, [axis(12, -1, 0)], 0, 11)])),
      subjectOf(reading([load(0, [axis(12, -1, 0)], 0, 10)])),
    ],
    [
      'below 2^31',
      subjectOf(reading([load(0, [axis(0x40000000, 2, 0)])]), { inputs: HUGE }),
      subjectOf(reading([load(0, [axis(0x40000000, 2, 0), axis(3, -1, 0)], 0, 2)]), { inputs: HUGE }),
    ],
    ['the one NaN', subjectOf(reading([load(0, [], 0x7fc00000)])), subjectOf(reading([load(0, [], 0x7fc00001)]))],
  ],
  WORK: [
    [
      '8192 bytes',
      subjectOf(folded([128], 128, { term: negations(63), result: negations(128) })),
      subjectOf(folded([128], 128, { term: negations(63), result: negations(129) })),
    ],
    [
      'of the longest block',
      subjectOf(folded([8], 128, { term: negations(1008), result: negations(128) })),
      subjectOf(folded([9], 128, { term: negations(1008), result: negations(128) })),
    ],
  ],
  STEP: [
    // 12 numbers lie in two words: 9 for each of 1024 that are read, 23 bytes for each of 128 terms, and 128 of the result are 12288.
    ['code and words', stepping(8, 23, 128), stepping(8, 23, 129)],
    // 18 for both loads, 1 of the result; for each term 25 bytes and 2 for each of 30 indices, or 29 and 36.
    ['indices', looking(6, 5), looking(6, 6)],
  ],
}
