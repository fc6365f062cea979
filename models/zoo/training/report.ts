import { createHash } from 'node:crypto'
import { OpineError } from '@opine/dispute-game/errors.ts'

const BEGIN = '<!-- printed by train.ts: begin -->\n```\n'
const END = '```\n<!-- printed by train.ts: end -->'

/** A share in percent with two digits after the point. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

export const accuracyLine = (right: number, total: number): string => `held out: ${right} of ${total} right, ${percent(right / total)}`

/** @param name file name of the model */
export const hashLine = (name: string, file: Uint8Array): string =>
  `${name}: ${file.length} bytes, SHA-256 ${createHash('sha256').update(file).digest('hex')}`

/** The page with the printed part exchanged. */
export function withReport(page: string, report: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin)
    throw new OpineError('README_MARKS', `the model's README.md has lost its marks; put back "${BEGIN}" and "${END}"`)
  return page.slice(0, begin) + BEGIN + report + page.slice(end)
}
