import { describe, it } from 'node:test'
import { expect } from 'chai'
import { addBias, addColumnSums, columnsOf, type Matrix, matrix, product, transposed } from './matrix.ts'
import { xorshift } from './random.ts'

const random = xorshift(99)
const drawn = (rows: number, columns: number): Matrix =>
  matrix(
    Float32Array.from({ length: rows * columns }, () => random() - 0.5),
    rows,
    columns,
  )
const at = (m: Matrix, row: number, column: number): number => m.data[m.offset + row * m.down + column * m.across]!

/** The definition: products added from first to last in binary64, rounded once. */
function defined(a: Matrix, b: Matrix, row: number, column: number, start: number): number {
  let sum = 0
  for (let i = 0; i < a.columns; i++) sum += at(a, row, i) * at(b, i, column)
  return Math.fround(start + sum)
}

describe('matrix products in tiles', () => {
  it('have the bits of the definition, for sizes that no tile divides, transposed and in parts', () => {
    for (const [rows, inner, columns] of [
      [1, 1, 1],
      [2, 3, 4],
      [5, 7, 9],
      [6, 48, 11],
    ] as const)
      for (const add of [false, true])
        for (const [a, b] of [
          [drawn(rows, inner), drawn(inner, columns)],
          [transposed(drawn(inner, rows)), transposed(drawn(columns, inner))],
          [columnsOf(drawn(rows, inner + 3), 2, inner), columnsOf(drawn(inner, columns + 5), 4, columns)],
        ] as const) {
          const c = columnsOf(drawn(rows, columns + 2), 1, columns)
          const before = { ...c, data: c.data.slice() }
          product(a, b, c, add)
          for (let row = 0; row < rows; row++) {
            for (let k = 0; k < columns; k++) expect(at(c, row, k)).equal(defined(a, b, row, k, add ? at(before, row, k) : 0))
            expect(c.data[row * c.down], 'the column beside the part').equal(before.data[row * c.down])
          }
        }
  })

  it('add a bias to each row and sum up columns', () => {
    const m = matrix(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 2)
    addBias(m, Float32Array.of(10, 20))
    expect([...m.data]).deep.equal([11, 22, 13, 24, 15, 26])
    const sums = Float32Array.of(1, 0)
    addColumnSums(m, sums)
    expect([...sums]).deep.equal([40, 72])
  })
})
