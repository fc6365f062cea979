import { FunctionBuilder } from '@opine/models/exec/wasm/assembler.ts'
import { functionsOf, memoryOf, moduleOf } from '@opine/models/exec/wasm/engine.ts'
import { encodeModule } from '@opine/models/exec/wasm/module.ts'
import { type Engine, PLAIN_ENGINE } from '@opine/models/exec/wasm/width.ts'

/** Registers, each of one vector, or of two that the engine joins. */
const ACCUMULATORS = 8
const FACTORS = 4
const LANES = 4
const ROUNDS = 1_000_000
/** Far more than the caches hold. */
const BYTES = 256 * 2 ** 20
export const VECTOR = 16

/** Work whose time is the machine's limit. @property amount  what one run does: multiply-adds, or bytes */
export type Limit = { readonly amount: number; readonly run: () => void }

type Counted = (count: number) => void

/** The function as an engine compiles it, over so much memory. */
export const loaded = (code: FunctionBuilder, bytes: number, engine: Engine): Counted => {
  const module = engine.compiling(() => moduleOf(encodeModule([{ params: 1, code: code.finish() }])))
  return functionsOf(module, memoryOf(bytes))['0'] as Counted
}

/** `body`, as often as the parameter says. */
export function repeat(code: FunctionBuilder, body: () => void): void {
  code.open('loop')
  body()
  code.get(0)
  code.int(1)
  code.op('i32.sub')
  code.tee(0)
  code.op('br_if', 0)
  code.end()
}

/**
 * Multiplication, then addition, in as many registers as a tile has: operands come from the first cache, nothing waits, nothing else is done.
 * @param engine  whose vectors they are: where it joins them, each is one of two neighbours
 */
export function arithmeticLimit(engine: Engine): Limit {
  const code = new FunctionBuilder(1)
  const joined = engine.width / LANES
  const locals = (count: number): number[] => Array.from({ length: count * joined }, () => code.local('v128'))
  const [accumulators, factors, operand] = [locals(ACCUMULATORS), locals(FACTORS), code.local('v128')]
  factors.forEach((factor, at) => {
    code.int(0)
    code.memory('v128.load', VECTOR * at)
    code.set(factor)
  })
  const multiplyAdd = (accumulator: number, factor: number): void => {
    code.get(accumulator)
    code.get(operand)
    code.get(factor)
    code.op('f32x4.mul')
    code.op('f32x4.add')
    code.set(accumulator)
  }
  repeat(code, () => {
    for (let at = 0; at < ACCUMULATORS; at++) {
      // As in a tile: few loads, and no product is the same as another, which an engine would compute once.
      if (at % FACTORS === 0) {
        code.int(0)
        code.memory('v128.load32_splat', VECTOR * factors.length + at)
        code.set(operand)
      }
      for (let part = 0; part < joined; part++) multiplyAdd(accumulators[joined * at + part]!, factors[joined * (at % FACTORS) + part]!)
    }
  })
  accumulators.forEach((accumulator, at) => {
    code.int(0)
    code.get(accumulator)
    code.memory('v128.store', VECTOR * at)
  })
  const run = loaded(code, VECTOR * (accumulators.length + factors.length + 1), engine)
  return { amount: ROUNDS * ACCUMULATORS * engine.width, run: () => run(ROUNDS) }
}

/** Reads memory from its beginning to its end. */
export function memoryLimit(): Limit {
  const code = new FunctionBuilder(1)
  const [address, sum] = [code.local('i32'), code.local('v128')]
  repeat(code, () => {
    for (let vector = 0; vector < 4; vector++) {
      code.get(sum)
      code.get(address)
      code.memory('v128.load', vector * VECTOR)
      code.op('v128.xor')
      code.set(sum)
    }
    code.get(address)
    code.int(4 * VECTOR)
    code.op('i32.add')
    code.set(address)
  })
  code.int(0)
  code.get(sum)
  code.memory('v128.store', 0)
  const run = loaded(code, BYTES, PLAIN_ENGINE)
  return { amount: BYTES, run: () => run(BYTES / (4 * VECTOR)) }
}
