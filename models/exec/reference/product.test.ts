import { describe, it } from 'node:test'
import { expect } from 'chai'
import { Random } from '../../ir/random.ts'
import type { Axis, Kernel, Load } from '../../ir/types.ts'
import { blockCount, product } from '../../ir/types.ts'
import { fromBits } from '../../numerics/bits.ts'
import { compileLoads } from './address.ts'
import { readerOf } from './buffer.ts'
import { compileExpression, type Scope } from './expression.ts'
import { compileFold, setCoordinates } from './fold.ts'
import { compileProduct } from './product.ts'
import { code, kernel } from './sample.ts'
import { compileSingle } from './single.ts'

const COUNT = 600

/** A load whose axes some coordinates leave, on either side, along or across the innermost one. */
function randomLoad(random: Random, buffer: number, variables: number): Load {
  const axes = Array.from({ length: random.between(1, 3) }, (): Axis => {
    const terms = Array.from({ length: variables }, (_, variable) => ({ variable, coefficient: random.between(-2, 2) })).filter(
      ({ coefficient }) => coefficient !== 0,
    )
    return {
      extent: random.between(1, 8),
      stride: random.between(-9, 9),
      coordinate: { kind: 'affine', offset: random.between(-3, 6), terms },
    }
  })
  const least = axes.reduce((sum, { extent, stride }) => sum + Math.min(0, stride * (extent - 1)), 0)
  return { buffer, lag: 0, base: -least, fill: random.pick([0, 0x80000000, 0x3f800000, 0x7fc00000, 0x7f800000]), axes }
}

function randomKernel(random: Random): Kernel {
  const shape = [random.between(1, 4), random.between(1, 3)]
  const extents = Array.from({ length: random.between(1, 3) }, () => random.between(1, 7))
  const loads = [0, 1].map((buffer) => randomLoad(random, buffer, shape.length + extents.length))
  return kernel({
    shape,
    loads,
    reduce: { op: 'sum', extents, block: random.between(1, 12) },
    term: code('load 0 load 1 f32.mul'),
    result: code('fold'),
  })
}

const TERMS = {
  'sums of products': { compile: compileProduct, term: 'load 0 load 1 f32.mul', ops: ['sum'] },
  'folds of one load': { compile: compileSingle, term: 'load 1', ops: ['sum', 'prod', 'max', 'min'] },
} as const

describe('folds, a run at a time', () => {
  for (const [name, { compile, term, ops }] of Object.entries(TERMS)) {
    it(`give the bits of the definition for every block of random kernels: ${name}`, () => {
      let compared = 0
      for (let seed = 0; seed < 400; seed++) {
        const random = new Random(seed)
        const drawn = randomKernel(random)
        const each: Kernel = { ...drawn, term: code(term), reduce: { ...drawn.reduce!, op: ops[seed % ops.length]! } }
        // Somewhere in a file, a buffer begins at any byte.
        const bytes = [0, 1].map((offset) => {
          const file = Buffer.alloc(4 * COUNT + 3)
          file.set(new Uint8Array(Uint32Array.from({ length: COUNT }, () => random.bits()).buffer), offset + (seed % 3))
          return file.subarray(offset + (seed % 3), offset + (seed % 3) + 4 * COUNT)
        })
        const variables = new Int32Array(each.shape.length + each.reduce!.extents.length)
        const sources = each.loads.map(({ fill }, i) => ({ read: readerOf('f32', bytes[i]!), count: COUNT, fill: fromBits(fill) }))
        const scope: Scope = { loads: compileLoads(each.loads, sources, variables), variables, fold: { value: 0 } }
        const general = compileFold(each, each.reduce!, compileExpression(each.term, scope), variables)
        const operands = each.loads.map((load, i) => ({ load, bytes: bytes[i]!, fill: fromBits(load.fill) }))
        const quick = compile(each, each.reduce!, operands, variables, general)!
        for (let element = 0; element < product(each.shape); element++) {
          setCoordinates(variables, 0, each.shape, element)
          for (let block = 0; block < blockCount(each); block++) {
            const [is, should] = [quick.block(block), general.block(block)]
            expect(Object.is(is, should), `seed ${seed}, element ${element}, block ${block}: ${is} is not ${should}`).to.equal(true)
            compared++
          }
        }
      }
      expect(compared).to.be.above(5000)
    })
  }

  it('are left to the definition where the term or the fold is another', () => {
    const random = new Random(1)
    const each = randomKernel(random)
    const operands = each.loads.map((load) => ({ load, bytes: new Uint8Array(4 * COUNT), fill: 0 }))
    const fold = { identity: 0, combine: () => 0, blocks: 1, block: () => 0 }
    const others: Kernel[] = [
      { ...each, term: code('load 0') },
      { ...each, term: code('load 0 load 1 f32.add') },
      { ...each, reduce: { ...each.reduce!, op: 'max' } },
    ]
    for (const other of others) expect(compileProduct(other, other.reduce!, operands, new Int32Array(5), fold)).to.equal(null)
    for (const other of [each, { ...each, term: code('load 0 f32.neg') }, { ...each, foldType: 'i32' as const, term: code('load 0') }])
      expect(compileSingle(other, other.reduce!, operands, new Int32Array(5), fold)).to.equal(null)
  })
})
