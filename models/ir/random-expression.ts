import { canonicalBits } from '../numerics/bits.ts'
import { get, i32, inRange, load, op, set, variable } from './expression.ts'
import { OPCODES } from './opcodes.ts'
import type { Random } from './random.ts'
import type { Expression, Instruction, ScalarType } from './types.ts'

/** What a random expression may use. */
export type Materials = {
  /** Usable loads by number, with their types. */
  readonly loads: readonly { readonly index: number; readonly type: ScalarType }[]
  /** Number of iteration variables. */
  readonly variables: number
  readonly fold: ScalarType | null
}

const GIVING = (type: ScalarType): string[] =>
  Object.entries(OPCODES)
    .filter(([, { gives, takes }]) => gives[0] === type && takes.length > 0)
    .map(([name]) => name)
const OPERATIONS: Record<ScalarType, readonly string[]> = { f32: GIVING('f32'), i32: GIVING('i32') }

/** A well-typed expression of the given type: at most a few dozen instructions, at most 12 values deep, with locals now and then. */
export function randomExpression(random: Random, wanted: ScalarType, materials: Materials): Expression {
  const locals: { index: number; type: ScalarType }[] = []
  const code: Instruction[] = []
  while (locals.length < 7 && random.chance(0.25)) {
    const type = random.pick(['f32', 'i32'] as const)
    code.push(...tree(random, type, materials, locals, random.between(0, 3)), set(locals.length))
    locals.push({ index: locals.length, type })
  }
  return [...code, ...tree(random, wanted, materials, locals, random.between(0, 4))]
}

type Locals = readonly { readonly index: number; readonly type: ScalarType }[]

function tree(random: Random, type: ScalarType, materials: Materials, locals: Locals, height: number): Instruction[] {
  if (height === 0) return [leaf(random, type, materials, locals)]
  const below = (wanted: ScalarType) => tree(random, wanted, materials, locals, random.below(height))
  if (random.chance(0.1)) return [...below(type), ...below(type), ...below('i32'), op('select')]
  const name = random.pick(OPERATIONS[type])
  const takes = OPCODES[name]?.takes ?? []
  return [...takes.flatMap((operand) => below(operand === 'i32' ? 'i32' : 'f32')), op(name)]
}

function leaf(random: Random, type: ScalarType, { loads, variables, fold }: Materials, locals: Locals): Instruction {
  const choices: Instruction[] = []
  for (const { index, type: given } of loads) if (given === type) choices.push(load(index), load(index), load(index))
  for (const { index, type: given } of locals) if (given === type) choices.push(get(index), get(index))
  if (fold === type) choices.push({ op: 'fold' }, { op: 'fold' }, { op: 'fold' })
  if (type === 'i32') {
    choices.push(i32(random.chance(0.5) ? random.between(-9, 9) : random.word()), variable(random.below(variables)))
    for (const { index } of loads) choices.push(inRange(index))
  } else choices.push({ op: 'f32.const', arg: canonicalBits(random.bits()) })
  return random.pick(choices)
}
