/** Code of ONNX's linear quantisation: `x = (q - zero point) * scale`. */
import { f32, i32, inRange, load, op } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { numbersOf } from './constant.ts'
import { countOf, type View } from './view.ts'

/** Elements of a constant beyond which nobody looks whether they are all alike. */
const MAX_LOOKED_AT = 65_536

export type QuantizedType = 'u8' | 'i8'

const RANGES = { u8: [0, 255], i8: [-128, 127] } as const

/** Operands of a kernel as expressions: constants of one value are immediates, the others get loads from `first` on. */
export class Operands {
  readonly views: View[] = []
  readonly #first: number

  constructor(first: number) {
    this.#first = first
  }

  f32(view: View): Expression {
    const value = uniform(view)
    return value === null ? this.#load(view) : [f32(value)]
  }

  /** Null where it is 0, or absent. */
  zeroPoint(view: View | null): Expression | null {
    const value = view ? uniform(view) : 0
    if (value === 0) return null
    return value === null ? this.#load(view!) : [i32(value)]
  }

  #load(view: View): Expression {
    return [load(this.#first + this.views.push(view) - 1)]
  }
}

/** The one value of all elements of a constant; null where there is none. */
function uniform(view: View): number | null {
  const numbers = countOf(view) <= MAX_LOOKED_AT ? numbersOf(view) : null
  return numbers?.every((value) => value === numbers[0]) ? numbers[0]! : null
}

/** `i32` value less its zero point. */
export const centred = (value: Expression, zeroPoint: Expression | null): Expression =>
  zeroPoint ? [...value, ...zeroPoint, op('i32.sub')] : value

/** Load 0 less its zero point, and 0 in the padding. `fill` are the bits that the padding must have. */
export function centredInput(zeroPoint: Expression | null): { readonly code: Expression; readonly fill: number } {
  const code = centred([load(0)], zeroPoint)
  const [immediate] = zeroPoint ?? [i32(0)]
  if (immediate!.op === 'i32.const') return { code, fill: immediate!.arg! }
  return { code: [...code, i32(0), inRange(0), op('select')], fill: 0 }
}

/** Rounds an `f32` to nearest, ties to even, adds the zero point and saturates; NaN gives the zero point. */
export function quantized(value: Expression, zeroPoint: Expression | null, type: QuantizedType): Expression {
  const [low, high] = RANGES[type]
  const clamped = (least: number, most: number): Expression => [
    ...[...value, op('f32.nearest'), f32(least), op('f32.max'), f32(most), op('f32.min')],
    op('i32.from_f32'),
  ]
  if (!zeroPoint) return clamped(low, high)
  // Beyond these the zero point cannot bring it back, and the sum does not wrap.
  return [...clamped(-512, 512), ...zeroPoint, op('i32.add'), i32(low), op('i32.max'), i32(high), op('i32.min')]
}
