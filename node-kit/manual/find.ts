import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Journal } from '../journal.ts'

export const KINDS = ['request', 'assertion', 'game'] as const
export type Kind = (typeof KINDS)[number]
export type Found = { readonly kind: Kind; readonly id: Hex }

/** Digits of an id that are shown to people, and the fewest by which they can name it. */
const [SHOWN, FEWEST] = [12, 4]

/** As much of an id as tells it from others; it can be typed in its place. */
export const shortId = (id: string): string => id.slice(0, 2 + SHOWN)

/** All that is known of a kind, the oldest first. */
export const known = <K extends Kind>(journal: Journal, kind: K): ReturnType<typeof journal.open<K>> => journal.open(kind, 0)

/**
 * What an id, or the beginning of one, names.
 * @param kinds  among which it is looked for
 * @throws {OpineError} `ID_MALFORMED`, `ID_UNKNOWN`, `ID_AMBIGUOUS`
 */
export function find(journal: Journal, text: string, kinds: readonly Kind[] = KINDS): Found {
  const digits = text.toLowerCase()
  if (!new RegExp(`^0x[0-9a-f]{${FEWEST},64}$`).test(digits)) {
    const message = `"${text.slice(0, 80)}" is no id; write 0x and the ${FEWEST} to 64 digits that it begins with`
    throw new OpineError('ID_MALFORMED', message, { id: text.slice(0, 80) })
  }
  const found = kinds.flatMap((kind) =>
    known(journal, kind)
      .filter(([id]) => id.startsWith(digits))
      .map(([id]): Found => ({ kind, id })),
  )
  if (found.length === 1) return found[0]!
  const names = kinds.length === 1 ? kinds[0] : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`
  if (found.length === 0) {
    throw new OpineError('ID_UNKNOWN', `no ${names} of this deployment has the id ${text}; the command list --all shows all`, { id: text })
  }
  const listed = found.map(({ kind, id }) => `${kind} ${shortId(id)}`).join(', ')
  throw new OpineError('ID_AMBIGUOUS', `${text} may be ${listed}; give more digits`, { id: text })
}
