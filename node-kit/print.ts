/** One JSON object on stdout; 64-bit integers become decimal strings. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? String(field) : field))}\n`)
}

/** Lines on stdout. */
export const print = (...lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Columns padded to their widest cell; numbers, with or without a unit, to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, column) => (/^[+-]?[\d,.]+( [%A-Za-z]+)?$/.test(cell) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** 1234567 -> 1,234,567 */
export const grouped = (value: number | bigint): string => value.toLocaleString('en-US')
