import { axis, code, load } from '@opine/models/exec/reference/sample.ts'
import { kernelOf } from './kernel-mutations.ts'
import { folded, type Limit, ones, patched, plain, reading, scalar, segment, still, subjectOf } from './rule-limits.ts'

/** The rules of SPEC section 5 about a kernel's shape and place. */
export const SHAPE_LIMITS: Readonly<Record<'BYTES' | 'VERSION' | 'TYPE' | 'RANK' | 'EXTENT' | 'REDUCE' | 'META', readonly Limit[]>> = {
  BYTES: [
    ['4096 bytes', subjectOf(kernelOf(plain(), 4096)), subjectOf(kernelOf(plain(), 4097))],
    ['nothing follows', subjectOf(plain()), subjectOf(plain(), { descriptor: (bytes) => Uint8Array.of(...bytes, 0) })],
    ['nothing lacks', subjectOf(plain()), subjectOf(plain(), { descriptor: (bytes) => bytes.slice(0, -1) })],
  ],
  VERSION: [
    ['version 1', subjectOf(plain()), subjectOf(plain(), { descriptor: patched(0, 2) })],
    ['no lag', subjectOf(reading([scalar()])), subjectOf(reading([{ ...scalar(), lag: 1 }]))],
  ],
  TYPE: [
    ['fold type', subjectOf(folded([2], 2)), subjectOf(folded([2], 2), { descriptor: patched(1, 2) })],
    ['result type', subjectOf(plain()), subjectOf(plain(), { descriptor: patched(2, 2) })],
    ['f32 is stored as f32', subjectOf(plain()), subjectOf(plain({ storeType: 'i32' }))],
    [
      'i32 is stored as u8',
      subjectOf(plain({ resultType: 'i32', storeType: 'u8' })),
      subjectOf(plain({ resultType: 'i32', storeType: 'f16' })),
    ],
    [
      'i32 is not stored as f32',
      subjectOf(plain({ resultType: 'i32', storeType: 'i8' })),
      subjectOf(plain({ resultType: 'i32', storeType: 'f32' })),
    ],
  ],
  RANK: [
    ['output rank 8', subjectOf(plain({ shape: ones(8) })), subjectOf(plain({ shape: ones(9) }))],
    ['output rank 1', subjectOf(plain()), subjectOf(plain({ shape: [] }))],
    ['reduce rank 8', subjectOf(folded(ones(8), 1)), subjectOf(folded(ones(9), 1))],
    ['8 loads', subjectOf(reading(ones(8).map(() => scalar()))), subjectOf(reading(ones(9).map(() => scalar())))],
    ['6 axes', subjectOf(reading([still(6)])), subjectOf(reading([still(7)]))],
  ],
  EXTENT: [
    ['2^31 - 1 elements', subjectOf(plain({ shape: [0x7fffffff] })), subjectOf(plain({ shape: [0x80000000] }))],
    ['a product of 2^31', subjectOf(plain({ shape: [0x8000, 0xffff] })), subjectOf(plain({ shape: [0x8000, 0x10000] }))],
    ['no extent of 0', subjectOf(plain({ shape: [1, 1] })), subjectOf(plain({ shape: [1, 0] }))],
    ['no reduce extent of 0', subjectOf(folded([1], 1)), subjectOf(folded([0], 1))],
    ['axes of 2^31 - 1', subjectOf(reading([load(0, [axis(0x7fffffff, 0, 0)])])), subjectOf(reading([load(0, [axis(0x80000000, 0, 0)])]))],
    ['no axis of 0', subjectOf(reading([load(0, [axis(1, 0, 0)])])), subjectOf(reading([load(0, [axis(0, 0, 0)])]))],
  ],
  REDUCE: [
    ['blocks of 128', subjectOf(folded([200], 128)), subjectOf(folded([200], 129))],
    ['blocks of 1', subjectOf(folded([2], 1)), subjectOf(folded([2], 1), { descriptor: patched(11, 0) })],
    ['512 blocks', subjectOf(folded([512], 1)), subjectOf(folded([513], 1))],
    ['op 4', subjectOf(folded([2], 2), { descriptor: patched(4, 4) }), subjectOf(folded([2], 2), { descriptor: patched(4, 5) })],
    ['a fold has a reduce rank', subjectOf(folded([1], 1)), subjectOf(folded([], 1))],
    ['a fold has a term', subjectOf(folded([1], 1)), subjectOf(folded([1], 1, { term: [] }))],
    ['a map has no term', subjectOf(plain()), subjectOf(plain({ term: code('f32.const 0') }))],
    ['a map has no block', subjectOf(plain()), subjectOf(plain(), { descriptor: patched(11, 1) })],
    ['a map has fold type 0', subjectOf(plain()), subjectOf(plain(), { descriptor: patched(1, 1) })],
  ],
  META: [
    ['kind', subjectOf(plain()), subjectOf(plain(), { meta: (bytes) => bytes.set([2], 0) })],
    ['store type', subjectOf(plain()), subjectOf(plain(), { meta: (bytes) => bytes.set([1], 1) })],
    ['committed is 1 or 0', subjectOf(plain()), subjectOf(plain(), { meta: (bytes) => bytes.set([2], 2) })],
    ['zero bytes', subjectOf(plain()), subjectOf(plain(), { meta: (bytes) => bytes.set([1], 31) })],
    ['count', subjectOf(plain()), subjectOf(plain(), { meta: (bytes) => bytes.set([2], 7) })],
    ['blocks', subjectOf(folded([4], 2)), subjectOf(folded([4], 2), { meta: (bytes) => bytes.set([1], 19) })],
    [
      'segments of 64',
      subjectOf(plain(), { places: ones(64).map(() => segment(0, 64)) }),
      subjectOf(plain(), { places: ones(65).map(() => segment(0, 65)) }),
    ],
    ['length 1', subjectOf(plain()), subjectOf(plain(), { places: [segment(0, 0)] })],
    [
      'ends with the kernels',
      subjectOf(plain(), { places: [segment(0, 2), segment(0, 2)] }),
      subjectOf(plain(), { places: [segment(0, 3), segment(0, 3)] }),
    ],
    [
      'begins at the kernel or before',
      subjectOf(plain(), { places: [segment(0, 1), segment(1, 1)] }),
      subjectOf(plain(), { places: [segment(1, 1), segment(1, 1)], index: 0 }),
    ],
    [
      'the kernel before is of the segment',
      subjectOf(plain(), { places: [segment(0, 2), segment(0, 2)] }),
      subjectOf(plain(), { places: [segment(0, 1), segment(0, 2)] }),
    ],
    [
      'the segment before ends here',
      subjectOf(plain(), { places: [segment(0, 1), segment(1, 1)] }),
      subjectOf(plain(), { places: [segment(0, 2), segment(1, 1)] }),
    ],
  ],
}
