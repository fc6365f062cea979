/** A table of Markdown that reads well on a terminal, too; all columns but the first to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), line(rule), ...rows.map(line)]
}

/** Three significant digits, without an exponent. */
export const digits = (value: number): string => (value >= 1000 ? String(Math.round(value)) : Number(value.toPrecision(3)).toString())

export const milliseconds = (value: number): string => `${digits(value)} ms`

/** Times as much: `2.5x`. */
export const ratio = (value: number, peer: number): string => `${digits(value / peer)}x`

export const percent = (part: number, whole: number): string => `${digits((100 * part) / whole)} %`

/** In kB of 1,000 bytes, or in MB. */
export const size = (bytes: number): string => (bytes < 1e6 ? `${digits(bytes / 1e3)} kB` : `${digits(bytes / 1e6)} MB`)
