import type { Kernel, ScalarType } from '../ir/types.ts'
import { power } from './binary.ts'
import { EXACT } from './classes.ts'
import { anythingOf, evaluate, type Surroundings } from './code.ts'
import { fault } from './fault.ts'
import { floatOperation } from './float.ts'
import { integerOperation, wrapped } from './integer.ts'
import { disputed, repeated } from './linear.ts'
import { remembering } from './remember.ts'
import { each, type Mutable } from './space.ts'
import { type Addend, addendOf, Total } from './total.ts'
import { mass, type Value } from './value.ts'
import type { Walk } from './walk.ts'
import { excessOf, type Watch } from './watch.ts'

/**
 * Follows a kernel's fold at the output coordinates that are fixed.
 * @param walk   where the terms can be told apart without following each
 * @param times  how often each term occurs: over reduce variables that make no difference
 */
export function folder(
  kernel: Kernel,
  surroundings: Surroundings,
  enter: () => void,
  space: Mutable,
  inner: readonly number[],
  extents: readonly number[],
  times: number,
  walk: () => Walk<Addend> | null,
): () => Value {
  const { op } = kernel.reduce!
  const type = kernel.foldType
  const around = { ...surroundings, folded: op === 'sum' }
  const { watch } = surroundings
  if (op === 'sum') return sums()
  const follow = remembering(kernel.term, around, () => evaluate(kernel.term, around))
  return () => {
    const terms: { total: Value | null; parts: Parts } = { total: null, parts: { mass: 1, exponent: 0 } }
    each(space, inner, extents, () => {
      enter()
      const term = follow()
      if (op === 'prod') terms.parts = further(terms.parts, term, times)
      terms.total = combined(op, terms.total, term, times, type, watch)
      return !hopeless(terms.total)
    })
    const total = terms.total!
    if (hopeless(total)) return { ...anythingOf(type), fault: total.fault }
    return { ...(op === 'prod' ? multiplied(total, terms.parts, type, watch) : total), literal: false }
  }

  function sums(): () => Value {
    const multiplies = kernel.term.some((step) => step.op.endsWith('.mul') || step.op.endsWith('.div'))
    const follow = (): Addend => {
      const plain = evaluate(kernel.term, around)
      return addendOf(repeated(multiplies || plain.fault ? plain : timesOne(plain, type, watch), times), type)
    }
    const addend = remembering(kernel.term, around, follow)
    // Prepared once it is known that there is more than one fold to follow, and something to learn of them.
    let [walked, prepared, useful]: [Walk<Addend> | null, boolean, boolean] = [null, false, false]
    return () => {
      const gathered = new Total()
      if (useful && !prepared) {
        walked = walk()
        prepared = true
      }
      if (walked) gatherByKind(walked, gathered, follow)
      else
        each(space, inner, extents, () => {
          enter()
          gathered.add(addend())
          return !hopeless(gathered)
        })
      const total = gathered.value()
      useful ||= !hopeless(total)
      return hopeless(total) ? { ...anythingOf(type), fault: total.fault } : { ...summedUp(total, type, watch), literal: false }
    }
  }
}

/** Most kinds of terms that are kept for the same fixed operands. */
const MOST_KEPT = 1 << 16

function gatherByKind({ terms, start, kind, go }: Walk<Addend>, gathered: Total, follow: () => Addend): void {
  const known = start()
  for (let term = 0; term < terms && !hopeless(gathered); term++) {
    const own = kind(term)
    let addend = known.get(own)
    if (!addend) {
      go(term)
      addend = follow()
      if (known.size < MOST_KEPT) known.set(own, addend)
    }
    gathered.add(addend)
  }
}

/** Of a term that is no product a runtime may make one with 1: a sum over a window is a convolution. */
function timesOne(term: Value, type: ScalarType, watch: Watch): Value {
  watch.operand(term, type)
  if (!term.literal) watch.factor(term, type)
  return { ...term, products: term.products | (type === 'f32' ? 2 : 1) }
}

/** Nothing more can be learnt of a fold whose operands may be anything. */
const hopeless = ({ fault }: Pick<Value, 'fault'>): boolean => fault !== null && fault.rule !== 'BOUND' && fault.rule !== 'SCALE'

function summedUp(total: Value, type: ScalarType, watch: Watch): Value {
  const found = watch.sum(total, type)
  if (type === 'i32') return wrapped(total, watch)
  const wrong = total.fault ?? found
  return wrong ? disputed(total, wrong) : total
}

/** What a product of some of the terms may be: at most `mass`, a multiple of `2^exponent`. */
type Parts = { readonly mass: number; readonly exponent: number }

function further({ mass: before, exponent }: Parts, term: Value, times: number): Parts {
  const own = Math.max(1, mass(term))
  let most = before
  if (own > 1) for (let time = 0; time < times && most < Infinity; time++) most *= own
  return { mass: most, exponent: exponent + Math.min(0, term.exponent) * times }
}

/** Terms of a product are multiplied in blocks, or in any order: others than the first may overflow before a zero or a fraction is reached. */
function multiplied(total: Value, { mass: most, exponent }: Parts, type: ScalarType, watch: Watch): Value {
  const size = most / power(exponent)
  if (size <= EXACT) return total
  if (type === 'i32') watch.integersOnly()
  return type === 'i32' ? total : { ...anythingOf(type), fault: total.fault ?? fault('BOUND', size, excessOf(size, EXACT)) }
}

function combined(op: 'prod' | 'max' | 'min', total: Value | null, term: Value, times: number, type: ScalarType, watch: Watch): Value {
  const name = `${type}.${op === 'prod' ? 'mul' : op}`
  const operate = type === 'f32' ? floatOperation : integerOperation
  let value = total ? operate(name, total, term, false, watch) : term
  const repeats = op === 'prod' ? times : Math.min(2, times)
  for (let repeat = 1; repeat < repeats; repeat++) value = operate(name, value, term, false, watch)
  return value
}
