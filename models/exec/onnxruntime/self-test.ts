import { OpineError } from '@opine/dispute-game/errors.ts'
import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import type { InputCondition } from '../../certify/certificate.ts'
import { Random } from '../../ir/random.ts'
import { byteSize, type InputSpec, type Program } from '../../ir/types.ts'
import type { Execute } from '../../trace/trace.ts'
import type { Runner } from './run.ts'

/** Greatest magnitude of drawn floats and integers where nothing else is known: tables have a place for most of them. */
const [FLOATS, INTEGERS] = [4, 3] as const

/** How elements are chosen between the ends of their range. */
const KINDS = ['random', 'least', 'greatest', 'alternating'] as const
type Kind = (typeof KINDS)[number]

/** Inputs on which a program's own pipelines are tried: drawn ones, and the extremes of what the certificate takes for granted. */
export function goldenInputs(program: Program, conditions: readonly InputCondition[]): Uint8Array[][] {
  return KINDS.map((kind) =>
    program.inputs.map((spec, input) =>
      elements(spec, conditions.find((condition) => condition.input === input) ?? null, kind, new Random(input)),
    ),
  )
}

function elements({ type, count }: InputSpec, condition: InputCondition | null, kind: Kind, random: Random): Uint8Array {
  const bytes = new Uint8Array(count * byteSize(type))
  const view = new DataView(bytes.buffer)
  const choose = (least: number, greatest: number, unit: number, at: number): number => {
    if (kind === 'least' || (kind === 'alternating' && at % 2 === 0)) return least
    if (kind === 'greatest' || kind === 'alternating') return greatest
    return least + unit * random.below(Math.floor((greatest - least) / unit) + 1)
  }
  for (let at = 0; at < count; at++) {
    if (type === 'u8') view.setUint8(at, choose(0, 255, 1, at))
    else if (type === 'i8') view.setInt8(at, choose(-128, 127, 1, at))
    else if (type === 'i32') view.setInt32(4 * at, choose(0, INTEGERS, 1, at), true)
    // Zero and the powers of two up to 1, which need no rounding; the sign in the highest bit.
    else if (type === 'f16') view.setUint16(2 * at, (random.below(2) << 15) | (random.below(16) << 10), true)
    else view.setFloat32(4 * at, chooseFloat(condition, choose, at), true)
  }
  return bytes
}

/** Of a wide range, what inputs usually are. */
function chooseFloat(
  condition: InputCondition | null,
  choose: (least: number, greatest: number, unit: number, at: number) => number,
  at: number,
): number {
  const least = Math.max(condition?.least ?? -FLOATS, -0x1000000)
  const greatest = Math.min(condition?.greatest ?? FLOATS, 0x1000000)
  const wide = greatest - least > 0x100000
  let unit = 1
  for (let exponent = Math.max(condition?.exponent ?? -6, -10); exponent < 0; exponent++) unit /= 2
  return wide ? choose(-FLOATS, FLOATS, unit, at) : choose(least, greatest, unit, at)
}

/**
 * Runs the program's own pipelines on golden inputs, and compares every bit that comes back with the canonical executor's.
 * @param canonically  what is right
 * @returns least milliseconds of a run
 * @throws {OpineError} `PROVIDER_WRONG` naming provider, kernel and byte; those of the runner
 */
export async function selfTest(
  program: Program,
  runner: Runner,
  provider: string,
  conditions: readonly InputCondition[],
  canonically: Execute,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (const [index, inputs] of goldenInputs(program, conditions).entries()) {
    const expected = canonically(program, inputs)
    const start = performance.now()
    const found = await runner.run(inputs)
    least = Math.min(least, performance.now() - start)
    found.forEach((bytes, kernel) => {
      if (!bytes || equalBytes(bytes, expected[kernel]!)) return
      const at = bytes.findIndex((byte, place) => byte !== expected[kernel]![place])
      const message = `the execution provider "${provider}" computes wrong on golden input ${index} (${KINDS[index]}): byte ${at} of kernel ${kernel} is ${bytes[at]}, expected ${expected[kernel]![at]}; it is not used`
      throw new OpineError('PROVIDER_WRONG', message, { provider, kernel, byte: at, golden: index })
    })
  }
  return least
}
