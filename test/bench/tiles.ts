import { FunctionBuilder } from '@opine/models/exec/wasm/assembler.ts'
import { type Engine, engineHere, PLAIN_ENGINE } from '@opine/models/exec/wasm/width.ts'
import { type Limit, loaded, repeat, VECTOR } from './limit.ts'
import { compareTimes } from './measure.ts'
import { digits, table } from './table.ts'

/** Rows by vectors of 128 bits. */
const SHAPES = [
  [4, 2],
  [5, 2],
  [6, 2],
  [3, 3],
  [2, 4],
  [3, 4],
  [4, 4],
  [5, 4],
  [6, 4],
  [2, 6],
  [2, 8],
] as const
const TERMS = 4
const MULTIPLY_ADDS = 5e6

/** A tile of a product whose operands stay in the first cache: for each term a vector of weights a column, and a value a row, in all lanes. */
function tile(rows: number, vectors: number, engine: Engine): Limit {
  const code = new FunctionBuilder(1)
  const accumulators = Array.from({ length: rows * vectors }, () => code.local('v128'))
  const weights = Array.from({ length: vectors }, () => code.local('v128'))
  const value = code.local('v128')
  repeat(code, () => {
    for (let term = 0; term < TERMS; term++) {
      weights.forEach((weight, vector) => {
        code.int(0)
        code.memory('v128.load', VECTOR * (vector + term * vectors))
        code.set(weight)
      })
      for (let row = 0; row < rows; row++) {
        code.int(0)
        code.memory('v128.load32_splat', 4096 + 4 * (64 * row + term))
        code.set(value)
        weights.forEach((weight, vector) => {
          const accumulator = accumulators[row * vectors + vector]!
          for (const operand of [accumulator, value, weight]) code.get(operand)
          code.op('f32x4.mul')
          code.op('f32x4.add')
          code.set(accumulator)
        })
      }
    }
  })
  accumulators.forEach((accumulator, at) => {
    // Engines know modules of the same bytes again, however they compiled them.
    code.int(64 * engine.width)
    code.get(accumulator)
    code.memory('v128.store', VECTOR * at)
  })
  const run = loaded(code, 8192, engine)
  const one = rows * vectors * 4 * TERMS
  const times = Math.ceil(MULTIPLY_ADDS / one)
  return { amount: one * times, run: () => run(times) }
}

/** The table of tiles: what each shape reaches where nothing but the tile itself bounds it. */
export async function tileTable(rounds: number): Promise<string[]> {
  const engines = engineHere().width === 8 ? [PLAIN_ENGINE, engineHere()] : [PLAIN_ENGINE]
  const limits = SHAPES.flatMap(([rows, vectors]) => engines.map((engine) => tile(rows, vectors, engine)))
  const times = await compareTimes(Object.fromEntries(limits.map(({ run }, at) => [String(at), run])), rounds)
  const speeds = limits.map(({ amount }, at) => digits(amount / times[at]! / 1e6))
  const rows = SHAPES.map(([rows, vectors], at) => [
    `${rows} by ${vectors}`,
    ...speeds.slice(engines.length * at, engines.length * (at + 1)),
  ])
  return [
    'GMAC/s of tiles by shape, rows by vectors of 128 bits, their operands in the first cache: what generated code could reach at most with each. A processor has',
    'sixteen registers: tiles with more accumulators than fit beside their operands keep some in memory; small ones load more often than they',
    'multiply. Where the engine joins vectors, a register holds two.',
    '',
    ...table(['tile', '128 bits', 'joined'].slice(0, 1 + engines.length), rows),
  ]
}
