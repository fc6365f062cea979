import { exponentAbove, nearest, powerOfTwo } from '../binary.ts'
import type { Context } from '../context.ts'
import { inputLevels } from '../emit/code.ts'
import { uniformGrid } from '../grid.ts'
import { wantsIntegers } from '../network/classify.ts'
import { numbersIn } from '../network/numbers.ts'
import { Reason } from '../reason.ts'
import type { Code } from '../values.ts'

/** A constant that is joined to computed tensors, or multiplied with them place by place: integers, whose one step is a power of two. */
export function constantCode(context: Context, name: string): Code | Reason {
  const { network, uses, writer } = context
  const tensor = network.constants.get(name)!
  const demand = uses.demandOf(name)
  if (tensor.type !== 'f32' || !wantsIntegers(demand)) return new Reason(`its operand '${name}' is a constant`)
  const numbers = numbersIn(tensor)
  const greatest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (!Number.isFinite(greatest)) return new Reason(`its operand '${name}' is a constant that is no number everywhere`)
  const levels = inputLevels(
    context,
    { ...demand, uniform: false },
    numbers.every((value) => value >= 0),
  )
  const step = greatest === 0 ? 1 : powerOfTwo(exponentAbove(greatest / levels.high))
  const integers = numbers.map((value) => nearest(value / step))
  const stored = writer.constant(`${name}.code`, 'f32', tensor.shape, integers)
  return { kind: 'code', name: stored, shape: tensor.shape, steps: uniformGrid(tensor.shape.length, step), ...levels }
}
