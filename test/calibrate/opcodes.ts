import type { StepChain } from '@opine/cli/step-chain.ts'
import { code, floats, load } from '@opine/models/exec/reference/sample.ts'
import { OPCODES } from '@opine/models/ir/opcodes.ts'
import { operandPairs, SPECIAL_BITS } from '@opine/models/numerics/cases.ts'
import { alone, execution } from './bench.ts'

/** Of `set`, to which all others are relative: what is pushed is taken again, so that no other choice would change a sum. */
const SET_GAS = 60
/** How often an operation is repeated. */
const TIMES = 20

/** Values for operations of one operand, and pairs for those of two: the edges of every path through them. */
const SINGLE = [...SPECIAL_BITS, ...[1, 2, 31, 32, 33, 255, 0x7fffffff, 0xffffffff, 0x80000000, 0x3eaaaaab, 0x4d000001, 0x00001234]]
const EDGES = [
  0, 1, 0x80000001, 0x007fffff, 0x00800000, 0x33800001, 0xb3800001, 0x3f800000, 0xbf800000, 0x3f800001, 0x4b7fffff, 0x7e800001, 0x7f7fffff,
  0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000,
]

/** How many of the edges are tried, `every` so many of them, and how many drawn operands. */
export type Trials = { readonly every: number; readonly drawn: number }

/** @param tell  told of each operation that is done */
export async function measureOpcodes(
  chain: StepChain,
  { every, drawn: pairs }: Trials,
  tell: (name: string) => void = () => {},
): Promise<Record<string, number>> {
  const slope = async (use: string, loads: Parameters<typeof alone>[0]['loads'] = []): Promise<number> => {
    const repeat = (count: number) =>
      alone(
        { loads: loads!, result: code(`f32.const 0 set 1 ${`${use} `.repeat(count)}f32.const 0`) },
        loads!.length > 0 ? [floats([1])] : [],
      )
    return ((await execution(chain, repeat(TIMES + 2))) - (await execution(chain, repeat(2)))) / TIMES
  }
  const constant = (await slope('f32.const 0 set 0')) - SET_GAS
  const gas: Record<string, number> = { 'f32.const': constant, 'i32.const': constant, set: SET_GAS }
  gas.get = (await slope('get 1 set 0')) - SET_GAS
  gas.var = (await slope('var 0 set 0')) - SET_GAS
  gas.select = (await slope('f32.const 1 f32.const 2 i32.const 1 select set 0')) - 3 * constant - SET_GAS
  // In the result of a fold only; all but the last interpreter branch, as dear as a constant or less.
  gas.fold = constant
  gas.load = (await slope('load 0 set 0', [load(1, [])])) - SET_GAS
  gas.inrange = (await slope('inrange 0 set 0', [load(1, [])])) - SET_GAS
  const drawn = [
    ...operandPairs(SPECIAL_BITS.length * SPECIAL_BITS.length + pairs, 4242).subarray(2 * SPECIAL_BITS.length * SPECIAL_BITS.length),
  ]
  const edges = EDGES.filter((_, i) => i % every === 0)
  for (const [name, { code: number, takes }] of Object.entries(OPCODES)) {
    if (number < 0x10) continue
    const operands =
      takes.length === 1
        ? [...SINGLE.filter((_, i) => i % every === 0), ...drawn.slice(0, pairs)].map((a) => [a] as const)
        : [
            ...edges.flatMap((a) => edges.map((b) => [a, b] as const)),
            ...Array.from({ length: pairs }, (_, i) => [drawn[2 * i]!, drawn[2 * i + 1]!] as const),
          ]
    let most = 0
    for (const values of operands) {
      const pushed = values.map((value, i) => `${takes[i]}.const ${canonical(takes[i]!, value)}`).join(' ')
      most = Math.max(most, (await slope(`${pushed} ${name} set 0`)) - values.length * constant - SET_GAS)
    }
    gas[name] = most
    tell(name)
  }
  return gas
}

/** A constant that a descriptor may hold: of all NaNs only the one. */
const canonical = (type: string, bits: number): string =>
  `0x${(type === 'f32' && (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits >>> 0).toString(16)}`
