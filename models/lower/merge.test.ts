import { describe, it } from 'node:test'
import { expect } from 'chai'
import { i32, load, op, variable } from '../ir/expression.ts'
import type { DraftKernel, InputBuffer } from './draft.ts'
import { mergeVariables } from './merge.ts'

const x: InputBuffer = { kind: 'input', name: 'x', type: 'i32', count: 24 }

const kernel = (shape: readonly number[], steps: readonly number[], result: DraftKernel['result']): DraftKernel => ({
  output: { kind: 'kernel', name: 'y', type: 'i32', count: 24 },
  foldType: 'f32',
  resultType: 'i32',
  shape,
  reduce: null,
  loads: [{ buffer: x, base: 0, steps, guards: [], fill: 0 }],
  term: [],
  result,
})

describe('mergeVariables', () => {
  it('makes one variable of those that every load walks through evenly', () => {
    const merged = mergeVariables(kernel([2, 3, 4], [12, 4, 1], [load(0)]))
    expect([merged.shape, merged.loads[0]!.steps]).to.deep.equal([[24], [1]])
  })

  it('leaves variables that code reads, and numbers them anew', () => {
    const merged = mergeVariables(kernel([2, 3, 4], [12, 4, 1], [load(0), variable(2), op('i32.add')]))
    expect([merged.shape, merged.loads[0]!.steps, merged.result]).to.deep.equal([
      [6, 4],
      [4, 1],
      [load(0), variable(1), op('i32.add')],
    ])
  })

  it('puts 0 in the place of a variable of extent 1', () => {
    const merged = mergeVariables(kernel([24, 1], [1, 5], [load(0), variable(1), variable(0), op('i32.add'), op('i32.add')]))
    expect([merged.shape, merged.result]).to.deep.equal([[24], [load(0), i32(0), variable(0), op('i32.add'), op('i32.add')]])
  })
})
