import type { CompiledProgram } from '@opine/models/exec/wasm/compile.ts'
import type { Layout } from '@opine/models/exec/wasm/layout.ts'
import type { Schedule } from '@opine/models/exec/wasm/threads/schedule.ts'

/**
 * What is wrong with a schedule, null if nothing is: every tile of every call is computed once, calls in their order, and what one step writes
 * nobody else writes or reads in that step. By the definition, bytes by bytes.
 */
export function scheduleFault(
  { steps, calls, tickets }: Schedule,
  { slots, kernels }: CompiledProgram,
  { addresses }: Layout,
): string | null {
  if (calls.length !== kernels.flat().length) return 'a call is missing'
  const ends = kernels.map((_, kernel) => kernels.slice(0, kernel + 1).flat().length)
  let [ticket, call] = [0, 0]
  for (const step of steps) {
    const first = call
    for (const alone of step.calls) if (alone !== call++) return `call ${alone} is out of turn`
    let tile = 0
    for (; ticket < step.tickets; ticket++) {
      const [number, begin, end] = tickets.subarray(3 * ticket) as unknown as readonly [number, number, number]
      if (number !== call || begin !== tile || end <= begin) return `ticket ${ticket} is out of turn`
      tile = end
      if (tile > calls[call]!.tiles) return `ticket ${ticket} goes beyond its call`
      if (tile === calls[call]!.tiles) [tile, call] = [0, call + 1]
    }
    if (tile !== 0) return `call ${call} is not finished in its step`
    if (step.kernels !== ends.filter((end) => end <= call).length) return `kernels are said to be done after call ${call} that are not`
    if (step.calls.length > 0) continue
    const bytesOf = (slot: number): readonly [number, number] => [addresses[slot]!, addresses[slot]! + slots[slot]!]
    for (let writer = first; writer < call; writer++) {
      const [from, to] = bytesOf(calls[writer]!.output)
      for (let other = first; other < call; other++) {
        const { output, operands } = calls[other]!
        // Pieces of one kernel write one buffer, each its own elements.
        const others = [...operands, ...(output === calls[writer]!.output ? [] : [output])].map(bytesOf)
        if (others.some(([low, high]) => low < to && from < high)) return `calls ${writer} and ${other} get in each other's way`
      }
    }
  }
  return call === calls.length ? null : `call ${call} is never computed`
}
