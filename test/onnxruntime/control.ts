import { bytesOf, HELD_OUT_SEED, type Subject } from '../support/quantised/subject.ts'
import { STOCK_SETTINGS } from '../support/stock.ts'
import { differingBits } from './bits.ts'
import { floatForms, floatSession } from './float-peer.ts'

/**
 * What the comparison finds where there is something to find: the float model's outputs, each way against the first.
 * @property values  numbers that were compared @property differing  of these, in how many a bit differs @property bits  that differ
 */
export type Control = { readonly inputs: number; readonly values: number; readonly differing: number; readonly bits: number }

const INPUTS = 20

/** The float model in the form that optimisation has most to do with, over all optimisation levels on one and two threads. */
export async function floatControl(subject: Subject): Promise<Control> {
  const { folded } = floatForms(subject)
  const sessions = await Promise.all(
    STOCK_SETTINGS.map(({ level, threads }) =>
      floatSession(folded, subject, { graphOptimizationLevel: level, intraOpNumThreads: threads }),
    ),
  )
  let [values, differing, bits] = [0, 0, 0]
  for (let seed = HELD_OUT_SEED; seed < HELD_OUT_SEED + INPUTS; seed++) {
    let first: Float32Array[] | null = null
    for (const { run } of sessions) {
      const outputs = (await run(subject.draw(seed))).map((data) => data.slice())
      if (first) {
        for (const [index, own] of outputs.entries()) {
          const peer = first[index]!
          const [a, b] = [new Uint32Array(own.buffer), new Uint32Array(peer.buffer)]
          values += a.length
          for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) differing++
          bits += differingBits(bytesOf(own), bytesOf(peer))
        }
      }
      first ??= outputs
    }
  }
  for (const { close } of sessions) await close()
  return { inputs: INPUTS, values, differing, bits }
}
