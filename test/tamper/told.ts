import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'

/** One bit is flipped and all else left as it is, or everything downstream of the flip is recomputed. */
export type Form = 'alone' | 'downstream'
export const FORMS = ['alone', 'downstream'] as const satisfies readonly Form[]

/**
 * What a liar lies about.
 * @property truth     the true trace
 * @property salt      of the liar, who asserts and answers
 * @property own       the true trace under the liar's salt: what a challenger compares with
 * @property foreign   draws a salt that is not the liar's for this request, with whose it is
 * @property stranger  a true trace of another program
 */
export type Scene = {
  readonly truth: Trace
  readonly salt: Uint8Array
  readonly own: TraceProvider
  readonly foreign: (random: Random) => readonly [string, Uint8Array]
  readonly stranger: Trace
}

/**
 * A lie about the scene.
 * @property name      to tell it from others
 * @property trace     what the liar commits to
 * @property interior  the interior list that the liar would swear to, if it is not the trace's
 * @property answers   after how many answers the liar falls silent; never if left out
 */
export type Drawn = {
  readonly name: string
  readonly trace: Trace
  readonly interior?: (list: Uint8Array[], first: number) => Uint8Array[]
  readonly answers?: number
}

/** Draws one lie, null where this draw is impossible or tells the truth after all; the caller draws again. */
export type Draw = (scene: Scene, random: Random) => Drawn | null

/** The liar at the table: what it asserted, and how it answers. */
export type Liar = { readonly output: Uint8Array; readonly provider: TraceProvider; readonly answers: number }

export function liarOf({ trace, interior = (list) => list, answers = Number.POSITIVE_INFINITY }: Drawn, salt: Uint8Array): Liar {
  const plain = providerOf(trace, salt)
  const provider: TraceProvider = {
    ...plain,
    interior: (first, length) => interior(plain.interior(first, length).slice() as Uint8Array[], first),
  }
  return { output: outputBytes(trace), provider, answers }
}
