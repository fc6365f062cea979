import { axis, code, load } from '@opine/models/exec/reference/sample.ts'
import { stepping } from './limits-of-content.ts'
import { folded, type Limit, negations, plain, reading, resultBytes, scalar, subjectOf } from './rule-limits.ts'

/** The rule about code. */
export const CODE_LIMITS: Readonly<Record<'CODE', readonly Limit[]>> = {
  CODE: [
    ['1024 bytes', subjectOf(plain({ result: negations(1024) })), subjectOf(plain({ result: negations(1025) }))],
    [
      '16 deep',
      subjectOf(plain({ result: code(`${'f32.const 0 '.repeat(16)}${'f32.add '.repeat(15)}`) })),
      subjectOf(plain({ result: code(`${'f32.const 0 '.repeat(17)}${'f32.add '.repeat(16)}`) })),
    ],
    [
      '8 locals',
      subjectOf(plain({ result: code('f32.const 0 set 7 get 7') })),
      subjectOf(plain({ result: code('f32.const 0 set 8 get 8') })),
    ],
    ['locals that are set', subjectOf(plain({ result: code('f32.const 0 set 0 get 0') })), subjectOf(plain({ result: code('get 0') }))],
    [
      'locals of this code',
      subjectOf(folded([1], 1, { result: code('fold') })),
      subjectOf(folded([1], 1, { term: code('f32.const 0 set 0 get 0'), result: code('get 0') })),
    ],
    ['no underflow', subjectOf(plain({ result: code('f32.const 0 f32.neg') })), subjectOf(plain({ result: code('f32.neg') }))],
    ['one value', subjectOf(plain()), subjectOf(plain({ result: code('f32.const 0 f32.const 0') }))],
    ['some value', subjectOf(plain()), subjectOf(plain({ result: [] }))],
    [
      'types of operands',
      subjectOf(plain({ result: code('i32.const 0 f32.from_i32') })),
      subjectOf(plain({ result: code('i32.const 0 f32.neg') })),
    ],
    ['type of the result', subjectOf(plain()), subjectOf(plain({ result: code('i32.const 0') }))],
    ['type of the fold', subjectOf(folded([1], 1)), subjectOf(folded([1], 1, { term: code('i32.const 0') }))],
    [
      'opcode 33',
      subjectOf(plain({ result: [] }), { descriptor: resultBytes(4, 0, 0, 0, 0, 0x33) }),
      subjectOf(plain({ result: [] }), { descriptor: resultBytes(4, 0, 0, 0, 0, 0x34) }),
    ],
    [
      'whole immediates',
      subjectOf(plain({ result: [] }), { descriptor: resultBytes(3, 0, 0, 0, 0) }),
      subjectOf(plain({ result: [] }), { descriptor: resultBytes(3, 0, 0, 0) }),
    ],
    ['the one NaN', subjectOf(plain({ result: code('f32.const 0x7fc00000') })), subjectOf(plain({ result: code('f32.const 0x7fc00001') }))],
    ['fold in the result of a fold', subjectOf(folded([1], 1)), subjectOf(plain({ result: code('fold') }))],
    ['fold not in a term', subjectOf(folded([1], 1)), subjectOf(folded([1], 1, { term: code('fold') }))],
    ['loads that there are', subjectOf(reading([scalar()])), subjectOf(reading([scalar()], { result: code('load 1') }))],
    [
      'variables that there are',
      subjectOf(plain({ result: code('var 0 f32.from_i32') })),
      subjectOf(plain({ result: code('var 1 f32.from_i32') })),
    ],
    [
      'reduce coordinates in the term',
      subjectOf(folded([1], 1, { term: code('var 1 f32.from_i32') })),
      subjectOf(folded([1], 1, { result: code('var 1 f32.from_i32') })),
    ],
    [
      'loads of reduce coordinates in the term',
      stepping(1, 8, 8),
      subjectOf(folded([1], 1, { loads: [load(0, [axis(1, 0, 0, [1, 1])])], result: code('load 0') })),
    ],
  ],
}
