import { OPCODES } from '../ir/opcodes.ts'
import { canonicalBits } from './bits.ts'
import { MACHINE_CODES, machineFunction } from './machine.ts'

const A = [0x20, 0]
const B = [0x20, 1]
const FLOAT = MACHINE_CODES['f32.bits']!
const BITS = MACHINE_CODES['i32.bits']!
const LESS = MACHINE_CODES['i32.lt']!
const SELECT = MACHINE_CODES.select!

/** WebAssembly, whose operators SPEC means, on 32-bit patterns. It has `min` and `max` of integers by comparison alone. */
function instruction(name: string): (a: number, b: number) => number {
  if (name === 'i32.min') return machineFunction(['i32', 'i32'], [...A, ...B, ...A, ...B, ...LESS, ...SELECT], 'i32')
  if (name === 'i32.max') return machineFunction(['i32', 'i32'], [...B, ...A, ...A, ...B, ...LESS, ...SELECT], 'i32')
  const { takes, gives } = OPCODES[name]!
  const operands = takes.flatMap((type, index) => [...(index === 0 ? A : B), ...(type === 'f32' ? FLOAT : [])])
  const body = [...operands, ...MACHINE_CODES[name]!, ...(gives[0] === 'f32' ? BITS : [])]
  return machineFunction(['i32', 'i32'], body, 'i32')
}

/**
 * An arithmetic operation of `models/ir/opcodes.ts` as this machine calculates it, on patterns 0 .. 2^32 - 1: the one WebAssembly instruction,
 * with what SPEC says beside it: one NaN, and no traps of division. For tests.
 */
export function machineOp(name: string): (a: number, b: number) => number {
  const run = instruction(name)
  if (name === 'i32.div' || name === 'i32.rem') {
    const overflow = name === 'i32.div' ? 0x80000000 : 0
    return (a, b) => (b === 0 ? 0 : a === 0x80000000 && b === 0xffffffff ? overflow : run(a, b) >>> 0)
  }
  const number = OPCODES[name]!.gives[0] === 'f32' || name === 'i32.bits'
  return number ? (a, b) => canonicalBits(run(a, b)) : (a, b) => run(a, b) >>> 0
}
