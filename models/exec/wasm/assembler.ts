import { CORE, type Mnemonic, SATURATING, SIMD, VALUE_TYPE, type ValueType } from './opcodes.ts'

/** LEB128 without sign. @param value  0 .. 2^32 - 1 */
export function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  return bytes
}

/** LEB128 of a signed 32-bit integer. */
export function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
    bytes.push(done ? low : low | 0x80)
    if (done) return bytes
  }
}

const little = (bits: number): number[] => [bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24]

const codeOf: Readonly<Record<string, number>> = CORE
const simdCodeOf: Readonly<Record<string, number>> = SIMD

function opcode(name: Mnemonic): readonly number[] {
  const core = codeOf[name]
  if (core !== undefined) return [core]
  const simd = simdCodeOf[name]
  return simd !== undefined ? [0xfd, ...unsigned(simd)] : [0xfc, SATURATING[name as keyof typeof SATURATING]]
}

/** A function over `i32` parameters, without a result, written instruction by instruction. */
export class FunctionBuilder {
  readonly #params: number
  readonly #locals: ValueType[] = []
  /** Runs before everything else: constants that are too dear to make where they are used. */
  readonly #prologue: number[] = []
  readonly #body: number[] = []
  #target = this.#body

  constructor(params: number) {
    this.#params = params
  }

  /** A new local; its number. */
  local(type: ValueType): number {
    this.#locals.push(type)
    return this.#params + this.#locals.length - 1
  }

  /** What `write` emits runs at the function's start. */
  atStart(write: () => void): void {
    this.#target = this.#prologue
    write()
    this.#target = this.#body
  }

  /** An instruction without immediates, or with small ones: a local, a label, a function, a lane. */
  op(name: Mnemonic, ...immediates: readonly number[]): void {
    for (const byte of opcode(name)) this.#target.push(byte)
    for (const immediate of immediates) for (const byte of unsigned(immediate)) this.#target.push(byte)
  }

  get(local: number): void {
    this.op('local.get', local)
  }

  set(local: number): void {
    this.op('local.set', local)
  }

  tee(local: number): void {
    this.op('local.tee', local)
  }

  int(value: number): void {
    this.op('i32.const')
    this.#target.push(...signed(value))
  }

  float(bits: number): void {
    this.op('f32.const')
    this.#target.push(...little(bits))
  }

  /** Four lanes of 32 bits. */
  vector(lanes: readonly number[]): void {
    this.op('v128.const')
    for (const bits of lanes) this.#target.push(...little(bits))
  }

  /** A load or store; the alignment is the element's own. @param lane  of the instructions that name one */
  memory(name: Mnemonic, offset: number, lane?: number): void {
    this.op(name, /(load|store)8/.test(name) ? 0 : 2, offset)
    if (lane !== undefined) this.#target.push(lane)
  }

  shuffle(lanes: readonly number[]): void {
    this.op('i8x16.shuffle')
    this.#target.push(...lanes)
  }

  /** `block`, `loop` or `if`. */
  open(name: 'block' | 'loop' | 'if', type?: ValueType): void {
    this.op(name)
    this.#target.push(type ? VALUE_TYPE[type] : 0x40)
  }

  end(): void {
    this.op('end')
  }

  /** The code as it stands in a module's code section. */
  finish(): number[] {
    const locals = this.#locals.flatMap((type) => [1, VALUE_TYPE[type]])
    const code = [...unsigned(this.#locals.length), ...locals, ...this.#prologue, ...this.#body, CORE.end]
    return unsigned(code.length).concat(code)
  }
}
