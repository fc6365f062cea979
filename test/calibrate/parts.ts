import type { StepChain } from '@opine/cli/step-chain.ts'
import { code, load } from '@opine/models/exec/reference/sample.ts'
import { kernelWork } from '@opine/models/gas/certificate.ts'
import type { Costs, OpcodeGas } from '@opine/models/gas/costs.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { alone, meterOf } from './bench.ts'
import { measureProducts, measureTerms } from './folds.ts'
import { measureOpenings } from './openings.ts'
import { numbers, product, read } from './samples.ts'
import { measureSetUp } from './set-up.ts'
import { measureValues } from './values.ts'

type Rest = 'base' | 'operand' | 'input' | 'block' | 'result' | 'fold' | 'product'

/** Measures every cost by the difference of steps that differ in nothing else. */
export async function measureParts(chain: StepChain, opcodes: OpcodeGas): Promise<Costs> {
  const meter = meterOf(chain)
  const values = await measureValues(meter, opcodes)
  const terms = await measureTerms(meter, opcodes)
  const products = await measureProducts(meter, { ...terms, ...values, seek: values.seek.f32 })
  const others = { ...(await measureSetUp(meter)), ...(await measureOpenings(meter)) }
  let costs: Costs = {
    base: 0,
    operand: 0,
    input: 0,
    block: 0,
    result: 0,
    fold: 0,
    product: 0,
    ...others,
    ...values,
    ...terms,
    ...products,
  }
  /** What whole steps take beyond all that is known. */
  const rest = async (name: Rest, whole: Program, times = 1, only?: 'RESULT'): Promise<void> => {
    const unexplained = (await meter.of(whole, undefined, only)) - kernelWork(whole, 0, costs, opcodes, only).execution
    costs = { ...costs, [name]: Math.max(costs[name], unexplained / times) }
  }
  const fromInput = (inputs: number): Program => alone({ loads: [load(0, [])], result: code('load 0') }, [], inputs)
  await rest('base', alone({ result: code('f32.const 0x3f800000') }))
  await rest('operand', read([load(1, [])]))
  await rest('input', fromInput(1))
  await rest('input', fromInput(16), 16)
  for (const foldType of ['f32', 'i32'] as const) {
    for (const op of ['sum', 'prod', 'max', 'min'] as const) {
      const judged = (block: number): Program =>
        alone({
          ...{ foldType, resultType: foldType, storeType: foldType, reduce: { op, extents: [4], block } },
          ...{ term: code(`${foldType}.const 0`), result: code('fold') },
        })
      await rest('fold', judged(4))
    }
  }
  for (const op of ['sum', 'prod', 'max', 'min'] as const) {
    const reduce = { op, extents: [4], block: 2 } as const
    const judged = alone({ reduce, term: code('f32.const 0'), result: code('fold') })
    await rest('block', judged)
    await rest('result', judged, 1, 'RESULT')
  }
  await rest('product', product([1], [load(1, []), load(2, [])], [numbers(1), numbers(1)]))
  return costs
}
