import { axis, code, indexedAxis, load } from '@opine/models/exec/reference/sample.ts'
import type { Costs, OpcodeGas } from '@opine/models/gas/costs.ts'
import { byteSize, type Constant, type Load, type Program, type StoreType } from '@opine/models/ir/types.ts'
import { alone, type Meter } from './bench.ts'
import { alike, fold, numbers, upTo } from './samples.ts'

/** The bits whose widening is dearest: a foreign NaN, and halves that are subnormal. */
const DEAREST: Readonly<Record<StoreType, number>> = { f32: 0x7fc00001, i32: 7, f16: 0x0001, i8: 0xff, u8: 0xff }

export async function measureValues(
  { of, each }: Meter,
  opcodes: OpcodeGas,
): Promise<Pick<Costs, 'guarded' | 'guardCheck' | 'axisCheck' | 'index' | 'seek' | 'search' | 'halving'>> {
  /** What a further use of a load takes more than the operation. */
  const further = async (number: number, whole: (codeOf: string) => Program): Promise<number> => {
    const repeat = (count: number): Program => whole(`${`load ${number} set 0 `.repeat(count)}f32.const 0`)
    return (await each(repeat(42), repeat(2), 40)) - opcodes.load! - opcodes.set!
  }
  // In range in the first block, beyond in the second: guarded all along.
  const guards = (count: number): Promise<number> => {
    const axes = upTo(6).map((i) => axis(1, 0, 0, ...(i < count ? [[1, 1] as const] : [])))
    const reduce = { op: 'max', extents: [2], block: 1 } as const
    return further(0, (term) => alone({ reduce, loads: [load(1, axes)], term: code(term), result: code('fold') }, [numbers(1)]))
  }
  const guardCheck = ((await guards(6)) - (await guards(1))) / 5
  const indices = (count: number, others: number): Promise<number> => {
    const axes = [...upTo(count).map(() => indexedAxis(1, 0, 0, 0)), ...upTo(others).map(() => axis(1, 0, 0))]
    const loads: Load[] = [load(2, []), load(1, axes)]
    return further(1, (result) => alone({ loads, result: code(result) }, [numbers(1), alike('i32', 8, 0)]))
  }
  const axisCheck = ((await indices(1, 5)) - (await indices(1, 0))) / 5

  const steps = (count: number, step: number, first: number, constant: Constant): Program => {
    const convert = constant.type === 'f32' || constant.type === 'f16' ? '' : ' f32.from_i32'
    return fold([count], [load(1, [axis(constant.count, 1, first, [1, step])])], `load 0${convert}`, [constant])
  }
  /** 32 terms of a group each against 32 of four groups; the same words are opened. */
  const seekOf = async (type: StoreType): Promise<number> => {
    const constant = alike(type, 256, DEAREST[type])
    const words = upTo((256 * byteSize(type)) / 32)
    return ((await of(steps(32, 8, 0, constant), words)) - (await of(steps(32, 1, 0, constant), words))) / 28
  }
  const backwards = async (count: number): Promise<number> => {
    const constant = numbers(8 * count)
    return ((await of(steps(count, -8, 8 * count - 8, constant))) - (await of(steps(count, 8, 0, constant)))) / (count - 1)
  }
  const halving = ((await backwards(128)) - (await backwards(8))) / 4
  return {
    guarded: (await guards(1)) - guardCheck,
    guardCheck,
    axisCheck,
    index: (await indices(2, 0)) - (await indices(1, 0)) - axisCheck,
    seek: {
      f32: await seekOf('f32'),
      i32: await seekOf('i32'),
      f16: await seekOf('f16'),
      i8: await seekOf('i8'),
      u8: await seekOf('u8'),
    },
    search: (await backwards(128)) - 7 * halving,
    halving,
  }
}
