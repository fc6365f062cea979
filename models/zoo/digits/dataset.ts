/**
 * The UCI "Optical Recognition of Handwritten Digits" test set (E. Alpaydin, C. Kaynak, 1998; CC BY 4.0) as scikit-learn ships it.
 * It is not part of this repository: it is found on the machine, or fetched from Debian. Runs under Node only.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { fetchDebianFile } from './debian.ts'
import { type Digit, INK, SIDE } from './image.ts'

const DEBIAN_PACKAGE = 'python3-sklearn'
const DEBIAN_PATH = 'usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz'
const CACHE = join(import.meta.dirname, '../../../.opine/digits.csv.gz')
/** SHA-256 of the decompressed CSV. */
const CONTENT = '6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8'

/**
 * The 1,797 digits in file order, from: the file that `OPINE_DIGITS` names, an installed python3-sklearn, the cache `.opine/digits.csv.gz`,
 * or Debian's package, which is then cached (bounded to a minute).
 * @throws {OpineError} `DATASET_MISSING` if none of these has it, `DATASET_UNREADABLE`, `DATASET_ALTERED` if the content is not the pinned one
 */
export function loadDigits(): readonly Digit[] {
  const file = (process.env.OPINE_DIGITS || [`/${DEBIAN_PATH}`, CACHE].find((path) => existsSync(path))) ?? fetched()
  return parse(verified(file))
}

/** `loadDigits`, or the reason why the data set cannot be had here. A file that is there but unreadable or altered still throws. */
export function findDigits(): { readonly digits: readonly Digit[] } | { readonly missing: string } {
  try {
    return { digits: loadDigits() }
  } catch (error) {
    if (error instanceof OpineError && error.code === 'DATASET_MISSING') return { missing: error.message }
    throw error
  }
}

function fetched(): string {
  const problem = fetchDebianFile(DEBIAN_PACKAGE, DEBIAN_PATH, CACHE)
  if (problem === null) return CACHE
  throw new OpineError(
    'DATASET_MISSING',
    `the digits data set is not on this machine and Debian's package could not be fetched (${problem}); ` +
      `install ${DEBIAN_PACKAGE}, or set OPINE_DIGITS to the path of scikit-learn's digits.csv.gz`,
    { problem },
  )
}

function verified(file: string): string {
  let content: Buffer
  try {
    const bytes = readFileSync(file)
    content = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: 1 << 20 }) : bytes
  } catch (cause) {
    throw new OpineError(
      'DATASET_UNREADABLE',
      `cannot read the digits data set ${file}: ${(cause as Error).message}; mend or remove it, or point OPINE_DIGITS elsewhere`,
      { file },
      { cause },
    )
  }
  const hash = createHash('sha256').update(content).digest('hex')
  if (hash === CONTENT) return content.toString('latin1')
  throw new OpineError(
    'DATASET_ALTERED',
    `${file} is not the expected digits data set: SHA-256 of its content is ${hash}, not ${CONTENT}; remove the file or unset OPINE_DIGITS`,
    { file, hash },
  )
}

/** Each row holds 64 pixels (0..16) and the label. The content is pinned, so that no row needs checking. */
function parse(csv: string): Digit[] {
  const rows = csv.trimEnd().split('\n')
  return rows.map((row) => {
    const values = row.split(',').map(Number)
    return { pixels: Uint8Array.from(values.slice(0, SIDE * SIDE), (pixel) => Math.min(pixel, INK)), label: values[SIDE * SIDE]! }
  })
}
