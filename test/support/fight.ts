import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Arena, Asserted } from './arena.ts'

/** A false total in an interior of the sample network: both sides are in turn in all four phases. */
const LIE = 'total:3:2:0:0x400000'

export type Fight = { readonly truth: Trace; readonly assertion: Asserted; readonly gameId: string }

/** A request of the sample network, a lie in answer, and a game over it. @param seed  of the image */
export async function beginFight(arena: Arena, seed: number, who: { consumer: number; liar: number; challenger: number }): Promise<Fight> {
  const asked = await arena.ask(who.consumer, sampleImage(seed))
  const truth = arena.truth(asked.input)
  const assertion = await arena.assert(who.liar, asked, tellLie(truth, parseLie(LIE)).trace)
  const gameId = await arena.open(who.challenger, assertion, arena.ownRoot(who.challenger, asked.requestId, truth))
  return { truth, assertion, gameId }
}
