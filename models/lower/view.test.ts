import { describe, it } from 'node:test'
import { expect } from 'chai'
import { product } from '../ir/types.ts'
import { packTensor } from '../onnx/encode.ts'
import { constantOf, numbersOf } from './constant.ts'
import { broadcast, countOf, isContiguous, pad, permute, reshape, shapeOf, slice, type View } from './view.ts'

type Plain = { readonly shape: readonly number[]; readonly values: readonly number[] }

/** The elements at the coordinates that `source` names for each coordinate of `shape`; null is the fill value, 0. */
function gather(plain: Plain, shape: readonly number[], source: (at: number[]) => number[] | null): Plain {
  const values = Array.from({ length: product(shape) }, (_, index) => {
    const at = shape.map((extent, dim) => Math.floor(index / product(shape.slice(dim + 1))) % extent)
    const from = source(at)
    return from ? plain.values[from.reduce((total, position, dim) => total * plain.shape[dim]! + position, 0)]! : 0
  })
  return { shape, values }
}

const START: Plain = { shape: [4, 6, 2], values: Array.from({ length: 48 }, (_, index) => index + 1) }
const viewOf = ({ shape, values }: Plain): View => constantOf(packTensor({ name: 'v', type: 'f32', shape, data: values }))

describe('views', () => {
  it('read what the same steps on plain arrays give', () => {
    let state = 3
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return (state >>> 8) % below
    }
    const applied = new Map<string, number>()
    for (let round = 0; round < 400; round += 1) {
      let view = viewOf(START)
      let plain = START
      for (let step = 0; step < 6; step += 1) {
        const [name, next, expected] = randomStep(view, plain, random)
        if (!next) continue
        applied.set(name, (applied.get(name) ?? 0) + 1)
        view = next
        plain = expected
        expect(shapeOf(view)).to.deep.equal([...plain.shape])
        expect(numbersOf(view)).to.deep.equal([...plain.values])
      }
    }
    for (const name of ['permute', 'reshape', 'slice', 'pad', 'broadcast']) expect(applied.get(name)).to.be.above(100)
  })

  it('know when they are a whole buffer in order', () => {
    const view = viewOf(START)
    expect(isContiguous(reshape(view, [8, 6])!)).to.equal(true)
    expect(isContiguous(permute(view, [1, 0, 2]))).to.equal(false)
    expect(isContiguous(slice(view, 0, 0, 2, 1)!)).to.equal(false)
    expect(reshape(permute(view, [1, 0, 2]), [8, 6])).to.equal(null)
  })
})

function randomStep(view: View, plain: Plain, random: (below: number) => number): [string, View | null, Plain] {
  const { shape } = plain
  const dim = random(shape.length)
  const extent = shape[dim]!
  const moved = (at: number[], position: number): number[] => at.map((old, index) => (index === dim ? position : old))
  const kind = random(5)
  if (kind === 0) {
    const order = shape.map((_, index) => index).sort(() => random(3) - 1)
    const back = order.map((_, index) => order.indexOf(index))
    return [
      'permute',
      permute(view, order),
      gather(
        plain,
        order.map((index) => shape[index]!),
        (at) => back.map((index) => at[index]!),
      ),
    ]
  }
  if (kind === 1) {
    const [a, b] = [2, 3].map((divisor) => (countOf(view) % divisor === 0 ? divisor : 1)) as [number, number]
    const target = countOf(view) % (a * b) === 0 ? [a, countOf(view) / (a * b), b] : [countOf(view)]
    return ['reshape', reshape(view, target), { shape: target, values: plain.values }]
  }
  if (kind === 2) {
    const start = random(extent)
    const step = random(2) === 0 ? 1 + random(2) : -1
    const count = 1 + random(step > 0 ? Math.ceil((extent - start) / step) : start + 1)
    const target = shape.map((old, index) => (index === dim ? count : old))
    return ['slice', slice(view, dim, start, count, step), gather(plain, target, (at) => moved(at, start + at[dim]! * step))]
  }
  if (kind === 3 && countOf(view) < 2000) {
    const [before, after] = [random(3), random(3)]
    const target = shape.map((old, index) => (index === dim ? before + old + after : old))
    const inside = (at: number[]): boolean => at[dim]! >= before && at[dim]! < before + extent
    return ['pad', pad(view, dim, before, after, 0), gather(plain, target, (at) => (inside(at) ? moved(at, at[dim]! - before) : null))]
  }
  if (countOf(view) > 500) return ['none', null, plain]
  const target = [2, ...shape.map((old) => (old === 1 ? 3 : old))]
  return ['broadcast', broadcast(view, target), gather(plain, target, (at) => shape.map((old, index) => (old === 1 ? 0 : at[index + 1]!)))]
}
