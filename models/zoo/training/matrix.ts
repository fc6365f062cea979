/** A view of a row-major matrix or of a part of one; `down` and `across` are the steps from row to row and from column to column. */
export type Matrix = {
  readonly data: Float32Array
  readonly rows: number
  readonly columns: number
  readonly offset: number
  readonly down: number
  readonly across: number
}

export const matrix = (data: Float32Array, rows: number, columns: number): Matrix => ({
  data,
  rows,
  columns,
  offset: 0,
  down: columns,
  across: 1,
})

export const transposed = (m: Matrix): Matrix => ({ ...m, rows: m.columns, columns: m.rows, down: m.across, across: m.down })

/** `count` columns from column `first`. */
export const columnsOf = (m: Matrix, first: number, count: number): Matrix => ({
  ...m,
  columns: count,
  offset: m.offset + first * m.across,
})

/**
 * c = a b, or c += a b where `add` says so. An element's products are added in binary64 from first to last, then rounded once, so that
 * the bits do not depend on the tiles: two rows by four columns at a time, which fits a processor's registers.
 */
export function product(a: Matrix, b: Matrix, c: Matrix, add = false): void {
  const { rows, columns } = c
  const evenRows = rows - (rows % 2)
  const fullColumns = columns - (columns % 4)
  for (let r = 0; r < evenRows; r += 2) for (let k = 0; k < fullColumns; k += 4) tile(a, b, c, r, k, add)
  for (let r = 0; r < rows; r++) for (let k = r < evenRows ? fullColumns : 0; k < columns; k++) cell(a, b, c, r, k, add)
}

function tile(a: Matrix, b: Matrix, c: Matrix, row: number, column: number, add: boolean): void {
  const x = a.data
  const y = b.data
  const step = a.across
  const jump = b.down
  const side = b.across
  const inner = a.columns
  let above = a.offset + row * a.down
  let beneath = above + a.down
  let at = b.offset + column * b.across
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let t0 = 0
  let t1 = 0
  let t2 = 0
  let t3 = 0
  for (let i = 0; i < inner; i++) {
    const f = x[above]!
    const g = x[beneath]!
    const y0 = y[at]!
    const y1 = y[at + side]!
    const y2 = y[at + 2 * side]!
    const y3 = y[at + 3 * side]!
    s0 += f * y0
    s1 += f * y1
    s2 += f * y2
    s3 += f * y3
    t0 += g * y0
    t1 += g * y1
    t2 += g * y2
    t3 += g * y3
    above += step
    beneath += step
    at += jump
  }
  const first = c.offset + row * c.down + column * c.across
  put(c, first, s0, s1, s2, s3, add)
  put(c, first + c.down, t0, t1, t2, t3, add)
}

function put(c: Matrix, at: number, s0: number, s1: number, s2: number, s3: number, add: boolean): void {
  const z = c.data
  const side = c.across
  const kept = add ? 1 : 0
  z[at] = kept * z[at]! + s0
  z[at + side] = kept * z[at + side]! + s1
  z[at + 2 * side] = kept * z[at + 2 * side]! + s2
  z[at + 3 * side] = kept * z[at + 3 * side]! + s3
}

function cell(a: Matrix, b: Matrix, c: Matrix, row: number, column: number, add: boolean): void {
  const from = a.offset + row * a.down
  const under = b.offset + column * b.across
  let sum = 0
  for (let i = 0; i < a.columns; i++) sum += a.data[from + i * a.across]! * b.data[under + i * b.down]!
  const at = c.offset + row * c.down + column * c.across
  c.data[at] = (add ? c.data[at]! : 0) + sum
}

/** Adds `bias` to each row. */
export function addBias(m: Matrix, bias: Float32Array): void {
  for (let r = 0; r < m.rows; r++) for (let k = 0; k < m.columns; k++) m.data[m.offset + r * m.down + k * m.across]! += bias[k]!
}

/** Adds each column's sum to `sums`. */
export function addColumnSums(m: Matrix, sums: Float32Array): void {
  for (let k = 0; k < m.columns; k++) {
    let sum = 0
    for (let r = 0; r < m.rows; r++) sum += m.data[m.offset + r * m.down + k * m.across]!
    sums[k]! += sum
  }
}
