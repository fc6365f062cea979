import { NAN_BITS } from '../../numerics/bits.ts'
import { LANES } from './choose.ts'
import type { Context } from './context.ts'
import { type Graph, operationsOf } from './graph.ts'
import { DIVIDE, REMAINDER } from './module.ts'
import type { Mnemonic } from './opcodes.ts'

/** Operations that are one instruction, for one value and for four lanes; their operands lie on the stack. */
const PLAIN: Readonly<Record<string, readonly [Mnemonic, Mnemonic]>> = {
  'f32.add': ['f32.add', 'f32x4.add'],
  'f32.sub': ['f32.sub', 'f32x4.sub'],
  'f32.mul': ['f32.mul', 'f32x4.mul'],
  'f32.div': ['f32.div', 'f32x4.div'],
  'f32.sqrt': ['f32.sqrt', 'f32x4.sqrt'],
  'f32.neg': ['f32.neg', 'f32x4.neg'],
  'f32.abs': ['f32.abs', 'f32x4.abs'],
  'f32.floor': ['f32.floor', 'f32x4.floor'],
  'f32.ceil': ['f32.ceil', 'f32x4.ceil'],
  'f32.trunc': ['f32.trunc', 'f32x4.trunc'],
  'f32.nearest': ['f32.nearest', 'f32x4.nearest'],
  'f32.min': ['f32.min', 'f32x4.min'],
  'f32.max': ['f32.max', 'f32x4.max'],
  'i32.add': ['i32.add', 'i32x4.add'],
  'i32.sub': ['i32.sub', 'i32x4.sub'],
  'i32.mul': ['i32.mul', 'i32x4.mul'],
  'i32.and': ['i32.and', 'v128.and'],
  'i32.or': ['i32.or', 'v128.or'],
  'i32.xor': ['i32.xor', 'v128.xor'],
  'i32.from_f32': ['i32.trunc_sat_f32_s', 'i32x4.trunc_sat_f32x4_s'],
  'f32.from_i32': ['f32.convert_i32_s', 'f32x4.convert_i32x4_s'],
}

/** Comparisons: one value gives 0 or 1, lanes give zeros or ones in all bits. */
export const COMPARE: Readonly<Record<string, readonly [Mnemonic, Mnemonic]>> = {
  'f32.lt': ['f32.lt', 'f32x4.lt'],
  'f32.le': ['f32.le', 'f32x4.le'],
  'f32.eq': ['f32.eq', 'f32x4.eq'],
  'i32.lt': ['i32.lt_s', 'i32x4.lt_s'],
  'i32.eq': ['i32.eq', 'i32x4.eq'],
}

/** Those that WebAssembly has for one value alone, or whose amount it wants for all lanes together. */
const SINGLE: Readonly<Record<string, (context: Context) => void>> = {
  'i32.div': ({ code }) => code.op('call', DIVIDE),
  'i32.rem': ({ code }) => code.op('call', REMAINDER),
  'i32.shl': ({ code }) => code.op('i32.shl'),
  'i32.shr_s': ({ code }) => code.op('i32.shr_s'),
  'i32.shr_u': ({ code }) => code.op('i32.shr_u'),
}

const SHIFT: Readonly<Record<string, Mnemonic>> = { 'i32.shl': 'i32x4.shl', 'i32.shr_s': 'i32x4.shr_s', 'i32.shr_u': 'i32x4.shr_u' }

/** The vector instruction of a shift by a known amount, which is the same for all lanes. */
export const shiftBy = (op: string): Mnemonic | undefined => SHIFT[op]

/** Whether some operation of a graph is done lane by lane. */
export const takesTurns = (graph: Graph): boolean =>
  operationsOf(graph).some(({ op, args }) => SINGLE[op] && !(SHIFT[op] && graph.nodes[args[1]!]!.op === 'i32.const'))

/** Operates on what lies on the stack; comparisons of lanes leave masks. */
export function emitOperation(context: Context, op: string): void {
  const { code, wide } = context
  const plain = PLAIN[op] ?? COMPARE[op]
  if (plain) {
    code.op(plain[wide ? 1 : 0])
    return
  }
  if (op === 'i32.min' || op === 'i32.max') {
    minimum(context, op)
    return
  }
  if (op === 'i32.bits') {
    canonicalize(context)
    if (!wide) code.op('i32.reinterpret_f32')
    return
  }
  // What a pattern becomes as a number shows where it is stored or made bits again: the one NaN is made there.
  if (op === 'f32.bits') {
    wide ? undefined : code.op('f32.reinterpret_i32')
    return
  }
  const single = SINGLE[op]!
  if (!wide) {
    single(context)
    return
  }
  laneByLane(context, single)
}

/**
 * Adds integers that lie on the stack and may have been computed alike. Engines that join vectors also start at such sums, see `join.ts`, but not at
 * differences.
 */
export function addIntegers(context: Context): void {
  if (!context.wide || context.width === 4) {
    emitOperation(context, 'i32.add')
    return
  }
  context.code.op('i32x4.neg')
  context.code.op('i32x4.sub')
}

/** Adds known integers to a vector that lies on the stack. */
export function addConstant(context: Context, lanes: readonly number[]): void {
  const less = context.width === 8
  context.vector(less ? lanes.map((bits) => -bits >>> 0) : lanes)
  context.code.op(less ? 'i32x4.sub' : 'i32x4.add')
}

function minimum({ code, wide }: Context, op: string): void {
  if (wide) {
    code.op(op === 'i32.min' ? 'i32x4.min_s' : 'i32x4.max_s')
    return
  }
  const [a, b] = [code.local('i32'), code.local('i32')]
  code.set(b)
  code.tee(a)
  code.get(b)
  code.get(a)
  code.get(b)
  code.op(op === 'i32.min' ? 'i32.lt_s' : 'i32.gt_s')
  code.op('select')
}

function laneByLane(context: Context, single: (context: Context) => void): void {
  const { code } = context
  const [a, b] = [code.local('v128'), code.local('v128')]
  code.set(b)
  code.set(a)
  code.get(a)
  for (let lane = 0; lane < LANES; lane++) {
    for (const operand of [a, b]) {
      code.get(operand)
      code.op('i32x4.extract_lane', lane)
    }
    single(context)
    code.op('i32x4.replace_lane', lane)
  }
}

/** Every NaN on the stack becomes the one. */
export function canonicalize(context: Context): void {
  const { code, wide } = context
  const value = code.local(wide ? 'v128' : 'f32')
  code.tee(value)
  if (wide) context.splat(NAN_BITS)
  else code.float(NAN_BITS)
  code.get(value)
  code.get(value)
  code.op(wide ? 'f32x4.eq' : 'f32.eq')
  code.op(wide ? 'v128.bitselect' : 'select')
}
