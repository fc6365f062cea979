import { FunctionBuilder, unsigned } from './assembler.ts'
import { VALUE_TYPE } from './opcodes.ts'

const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const TYPE = 1
const IMPORT = 2
const FUNCTION = 3
const EXPORT = 7
const CODE = 10

/** Division and remainder of SPEC section 1, where WebAssembly's own would trap: functions 0 and 1 of every module. */
export const DIVIDE = 0
export const REMAINDER = 1
const HELPERS = 2

/** A function of two numbers, by its code so far: where the second is 0, it gave 0. */
function ofDivisor(): FunctionBuilder {
  const code = new FunctionBuilder(2)
  code.get(1)
  code.op('i32.eqz')
  code.open('if')
  code.int(0)
  code.op('return')
  code.end()
  return code
}

function divide(): number[] {
  const code = ofDivisor()
  // x / -1 = -x, which wraps for the least integer.
  code.get(1)
  code.int(-1)
  code.op('i32.eq')
  code.open('if')
  code.int(0)
  code.get(0)
  code.op('i32.sub')
  code.op('return')
  code.end()
  code.get(0)
  code.get(1)
  code.op('i32.div_s')
  return code.finish()
}

function remainder(): number[] {
  const code = ofDivisor()
  code.get(0)
  code.get(1)
  code.op('i32.rem_s')
  return code.finish()
}

const name = (text: string): number[] => [...unsigned(text.length), ...Array.from(text, (letter) => letter.charCodeAt(0))]
const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()]

function section(id: number, bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([id, ...unsigned(bytes.length), ...bytes])
}

/** A function by its code and its number of `i32` parameters. */
export type ModuleFunction = { readonly params: number; readonly code: readonly number[] }

/** Limits of an imported memory: any; shared, which has a most, here 65536 pages. */
const ANY = [0, 0]
const SHARED = [3, 0, ...unsigned(65536)]

/** A module that imports its memory as `o.m` and exports function `i` under the name `String(i)`. @param shared  whether threads share the memory */
export function encodeModule(functions: readonly ModuleFunction[], shared = false): Uint8Array {
  const most = functions.reduce((params, { params: own }) => Math.max(params, own), 0)
  const types = [[0x60, 2, VALUE_TYPE.i32, VALUE_TYPE.i32, 1, VALUE_TYPE.i32]]
  for (let params = 0; params <= most; params++) types.push([0x60, params, ...Array.from({ length: params }, () => VALUE_TYPE.i32), 0])
  const sections = [
    section(TYPE, list(types)),
    section(IMPORT, list([[...name('o'), ...name('m'), 2, ...(shared ? SHARED : ANY)]])),
    section(FUNCTION, list([[0], [0], ...functions.map(({ params }) => unsigned(params + 1))])),
    section(EXPORT, list(functions.map((_, index) => [...name(String(index)), 0, ...unsigned(index + HELPERS)]))),
    section(CODE, list([divide(), remainder(), ...functions.map(({ code }) => code)])),
  ]
  const total = sections.reduce((bytes, { length }) => bytes + length, HEADER.length)
  const module = new Uint8Array(total)
  module.set(HEADER)
  let at = HEADER.length
  for (const part of sections) {
    module.set(part, at)
    at += part.length
  }
  return module
}
