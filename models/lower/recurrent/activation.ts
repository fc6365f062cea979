import { encodeExpression, f32, get, op, set } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { EXP } from '../../numerics/exp.ts'
import { LOG } from '../../numerics/log.ts'
import { SIGMOID } from '../../numerics/sigmoid.ts'
import { TANH } from '../../numerics/tanh.ts'
import type { NodeReader } from '../node.ts'

/** Code that replaces the `f32` on top of the stack; it uses no local 2. */
export type Activation = Expression

/** SPEC section 5, `CODE`. */
const MAX_CODE = 1024

export const fitsCode = (code: Expression): boolean => encodeExpression(code).length <= MAX_CODE

type Form = {
  /** Default of `activation_alpha`; null where the function takes none. Likewise `beta`. */
  readonly alpha: number | null
  readonly beta: number | null
  readonly code: (alpha: number, beta: number) => Activation
}

const plain = (...code: Expression): Form => ({ alpha: null, beta: null, code: () => code })
/** `chosen` where local 0, the argument, is below 0. */
const whereNegative = (chosen: Expression): Expression => [set(0), ...chosen, get(0), get(0), f32(0), op('f32.lt'), op('select')]

const FORMS: Readonly<Record<string, Form>> = {
  affine: { alpha: 1, beta: 0, code: (a, b) => [f32(a), op('f32.mul'), f32(b), op('f32.add')] },
  relu: plain(f32(0), op('f32.max')),
  leakyrelu: { alpha: 0.01, beta: null, code: (a) => whereNegative([get(0), f32(a), op('f32.mul')]) },
  thresholdedrelu: { alpha: 1, beta: null, code: (a) => [set(0), get(0), f32(0), f32(a), get(0), op('f32.lt'), op('select')] },
  tanh: plain(...TANH),
  scaledtanh: { alpha: 1, beta: 1, code: (a, b) => [f32(b), op('f32.mul'), ...TANH, f32(a), op('f32.mul')] },
  sigmoid: plain(...SIGMOID),
  hardsigmoid: {
    alpha: 0.2,
    beta: 0.5,
    code: (a, b) => [f32(a), op('f32.mul'), f32(b), op('f32.add'), f32(0), op('f32.max'), f32(1), op('f32.min')],
  },
  elu: { alpha: 1, beta: null, code: (a) => whereNegative([get(0), ...EXP, f32(1), op('f32.sub'), f32(a), op('f32.mul')]) },
  softsign: plain(set(0), get(0), f32(1), get(0), op('f32.abs'), op('f32.add'), op('f32.div')),
  // max(x, 0) + ln(1 + e^-|x|)
  softplus: plain(
    ...[set(0), get(0), f32(0), op('f32.max'), get(0), op('f32.abs'), op('f32.neg'), ...EXP, f32(1), op('f32.add'), ...LOG],
    op('f32.add'),
  ),
}

/**
 * The activations of a node, `each` for every direction; those of ONNX by name, whatever its case. Functions without a parameter take none
 * from the lists of parameters.
 * @throws {OpineError} `INVALID_NODE`, `UNSUPPORTED_OPERATOR`
 */
export function activationsOf(node: NodeReader, directions: number, defaults: readonly string[]): Activation[][] {
  const names = node.strings('activations') ?? Array.from({ length: directions }, () => defaults).flat()
  if (names.length !== directions * defaults.length) throw node.invalid(`wants ${directions * defaults.length} activations`)
  const alphas = [...(node.floats('activation_alpha') ?? [])]
  const betas = [...(node.floats('activation_beta') ?? [])]
  const all = names.map((name) => {
    const key = name.toLowerCase()
    const form = Object.hasOwn(FORMS, key) ? FORMS[key] : undefined
    if (!form) throw node.unsupported(`the activation '${name}'`, `one of ${Object.keys(FORMS).join(', ')}`)
    const alpha = form.alpha === null ? 0 : (alphas.shift() ?? form.alpha)
    const beta = form.beta === null ? 0 : (betas.shift() ?? form.beta)
    return form.code(alpha, beta)
  })
  return Array.from({ length: directions }, (_, index) => all.slice(index * defaults.length, (index + 1) * defaults.length))
}

/** Bounds the top of the stack to `-limit .. limit`; nothing without a limit. */
export const clipped = (limit: number | null): Expression => (limit === null ? [] : [f32(-limit), op('f32.max'), f32(limit), op('f32.min')])
