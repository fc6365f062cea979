/** Postfix code put into postfix code: what fusing two kernels does to their expressions. */
import { encodeExpression, get, opcodeOf, set } from '../ir/expression.ts'
import type { Expression, Instruction } from '../ir/types.ts'

/** Limits of SPEC section 5, `CODE`, but half of its bytes: the arbiter runs fused code once for every term of a block. */
const LIMITS = { bytes: 512, stack: 16, locals: 8 } as const

/**
 * `outer` with the value of `inner` in place of load `index`. Where `outer` reads the load more than once, the value is calculated
 * first and kept in a local. Locals are numbered anew only where the two use the same ones. Load numbers stay as they are.
 * @returns null where the result exceeds what a descriptor holds
 */
export function splice(outer: Expression, index: number, inner: Expression): Expression | null {
  const isLoad = (step: Instruction): boolean => step.op === 'load' && step.arg === index
  const own = new Set(localsOf(outer))
  const clash = localsOf(inner).some((local) => own.has(local))
  const moved = clash ? inner.map((step) => (isLocal(step) ? { ...step, arg: step.arg! + APART } : step)) : inner
  let code: Expression
  if (outer.filter(isLoad).length === 1) code = outer.flatMap((step) => (isLoad(step) ? moved : [step]))
  else {
    const used = new Set([...own, ...localsOf(moved)])
    let kept = 0
    while (used.has(kept)) kept += 1
    code = [...moved, set(kept), ...outer.map((step) => (isLoad(step) ? get(kept) : step))]
  }
  if (localsOf(code).some((local) => local >= LIMITS.locals)) code = withFewLocals(code)
  return fits(code) ? code : null
}

/** Added to the locals of one expression to tell them from the other's until `withFewLocals` numbers them. */
const APART = 1000

const isLocal = (step: Instruction): boolean => step.op === 'get' || step.op === 'set'

const localsOf = (code: Expression): number[] => code.filter(isLocal).map((step) => step.arg!)

/** The same code with as few locals as are live at one time: each `set` takes the lowest number that is free until its last `get`. */
function withFewLocals(code: Expression): Expression {
  const numbers = new Map<number, number>()
  const busy = new Set<number>()
  const lastRead = (local: number, from: number): boolean => {
    for (const step of code.slice(from + 1)) if (isLocal(step) && step.arg === local) return step.op === 'set'
    return true
  }
  return code.map((step, position) => {
    if (!isLocal(step)) return step
    const local = step.arg!
    let number = numbers.get(local) ?? 0
    if (step.op === 'set') {
      number = 0
      while (busy.has(number)) number += 1
      numbers.set(local, number)
      busy.add(number)
    }
    if (lastRead(local, position)) busy.delete(number)
    return { op: step.op, arg: number }
  })
}

function fits(code: Expression): boolean {
  let depth = 0
  for (const step of code) {
    const { takes, gives } = opcodeOf(step.op)
    depth += gives.length - takes.length
    if (depth > LIMITS.stack) return false
  }
  return Math.max(-1, ...localsOf(code)) < LIMITS.locals && encodeExpression(code).length <= LIMITS.bytes
}
