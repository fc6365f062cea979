import { OpineError } from '@opine/dispute-game/errors.ts'
import { bufferOf, type Program } from '../../ir/types.ts'
import type { CompiledProgram } from './compile.ts'

/** Address of every slot, and the bytes of memory that they need together. */
export type Layout = { readonly addresses: readonly number[]; readonly bytes: number }

/** Whose buffers are kept to the end of a run; the others share memory as soon as no call reads them any more, and are whole when their kernel is done. */
export type Keep = 'trace' | 'committed' | 'outputs'

/** Whether a kernel's buffer is kept. */
export const isKept = ({ places, outputs }: Program, kernel: number, keep: Keep): boolean =>
  keep === 'trace' || outputs.includes(kernel) || (keep === 'committed' && places[kernel]!.committed)

/** Calls of the set-up, then of the kernels: when a slot is first written and last read. What the set-up leaves behind is there always. */
type Life = { first: number; last: number }

const ALWAYS = -1

/** The first bytes are nobody's: what lanes read that are out of range. */
const START = 64
const ALIGNMENT = 64
const LIMIT = 0x100000000

/**
 * Places every slot in one memory; slots that are never in use at the same time may share addresses.
 * @throws {OpineError} `WASM_MEMORY` if more than 4 GiB are needed, the most that WebAssembly addresses with 32 bits
 */
export function layOut(program: Program, compiled: CompiledProgram, keep: Keep): Layout {
  const lives = livesOf(program, compiled, keep)
  const addresses = new Array<number>(compiled.slots.length).fill(0)
  let top = START
  const sized = compiled.slots.map((bytes) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT)
  const moving: number[] = []
  lives.forEach((life, slot) => {
    if (!life) return
    if (life.first > ALWAYS || life.last < Infinity) moving.push(slot)
    else {
      addresses[slot] = top
      top += sized[slot]!
    }
  })
  moving.sort((a, b) => lives[a]!.first - lives[b]!.first)
  let bytes = top
  let live: number[] = []
  for (const slot of moving) {
    live = live.filter((other) => lives[other]!.last >= lives[slot]!.first)
    let address = top
    let at = 0
    for (; at < live.length && addresses[live[at]!]! - address < sized[slot]!; at++) address = addresses[live[at]!]! + sized[live[at]!]!
    addresses[slot] = address
    live.splice(at, 0, slot)
    bytes = Math.max(bytes, address + sized[slot]!)
  }
  if (bytes <= LIMIT) return { addresses, bytes }
  const message = `the program needs ${bytes} bytes of memory, WebAssembly has ${LIMIT} at most: use the executor "reference"`
  throw new OpineError('WASM_MEMORY', message, { bytes, limit: LIMIT })
}

/** Null for a slot that nothing reads or writes. */
function livesOf(program: Program, { slots, setUp, kernels }: CompiledProgram, keep: Keep): (Life | null)[] {
  const lives = slots.map((): Life | null => null)
  const use = (slot: number, time: number): void => {
    const life = lives[slot]
    if (!life) lives[slot] = { first: time, last: time }
    else {
      life.first = Math.min(life.first, time)
      life.last = Math.max(life.last, time)
    }
  }
  setUp.forEach(({ output, operands }, step) => {
    for (const slot of [output, ...operands]) use(slot, step)
    lives[output] = { first: ALWAYS, last: Infinity }
  })
  const inputs = program.inputs.length
  const firstKernel = bufferOf(program, 0)
  // Call by call: when a copy of an operand was made, the operand's place may be written by the same kernel.
  kernels.flat().forEach(({ output, operands }, call) => {
    for (const slot of [output, ...operands]) {
      use(slot, setUp.length + call)
      if (slot < inputs) use(slot, setUp.length)
      else if (slot < firstKernel) lives[slot] = { first: ALWAYS, last: Infinity }
    }
  })
  kernels.forEach((_, kernel) => {
    if (isKept(program, kernel, keep)) use(firstKernel + kernel, Infinity)
  })
  return lives
}
