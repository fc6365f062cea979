import type { Call, CompiledProgram } from '../compile.ts'
import type { Layout } from '../layout.ts'

/**
 * What is done between two barriers: calls that do not depend on each other.
 * @property calls    numbers of the calls that the master does alone, one after the other; none where the step is cut into tickets
 * @property tickets  the end of the step's tickets, which follow those of the steps before it
 * @property kernels  how many kernels are done after it
 */
export type Step = { readonly calls: readonly number[]; readonly tickets: number; readonly kernels: number }

/** @property tickets  three words each: call, first tile, end of the tiles */
export type Schedule = { readonly steps: readonly Step[]; readonly calls: readonly Call[]; readonly tickets: Int32Array }

/**
 * How finely work is cut, in scalar operations of which a core does some ten thousand in a microsecond.
 * @property alone   a step with fewer is done by one thread: a barrier takes about as long
 * @property ticket  a ticket has at least so many: to take one costs a fraction of a microsecond
 */
export type Grain = { readonly alone: number; readonly ticket: number }

export const GRAIN: Grain = { alone: 300_000, ticket: 60_000 }

/** Tickets of a step for each thread, so that one that is held up is waited for briefly. */
const EACH = 4
/** A ticket has at most so many operations, if that is not less than a tile: some ten milliseconds, so that one that hangs is told from a long one. */
const MOST = 200_000_000

type Range = { readonly from: number; readonly to: number; readonly slot: number }

const overlap = (a: Range, b: Range): boolean => a.from < b.to && b.from < a.to

/** Cuts the kernels of a program into steps for so many threads. */
export function scheduleOf({ kernels, slots }: CompiledProgram, { addresses }: Layout, threads: number, grain: Grain): Schedule {
  const calls = kernels.flat()
  const ends = endsOf(kernels)
  const rangeOf = (slot: number): Range => ({ from: addresses[slot]!, to: addresses[slot]! + slots[slot]!, slot })
  const tickets: number[] = []
  const steps: Step[] = []
  let open: number[] = []
  let reads: Range[] = []
  let writes: Range[] = []
  const stepOf = (numbers: readonly number[], done: number): Step => {
    const work = numbers.reduce((sum, number) => sum + calls[number]!.work, 0)
    if (work < grain.alone) return { calls: numbers, tickets: tickets.length / 3, kernels: done }
    const least = Math.min(MOST, Math.max(grain.ticket, work / (EACH * threads)))
    for (const number of numbers) cut(calls[number]!, number, least, tickets)
    return { calls: [], tickets: tickets.length / 3, kernels: done }
  }
  const close = (next: number): void => {
    if (open.length > 0) steps.push(stepOf(open, ends.filter((end) => end <= next).length))
    open = []
    reads = []
    writes = []
  }
  calls.forEach(({ output, operands }, number) => {
    const written = rangeOf(output)
    const read = operands.map(rangeOf)
    // Calls that write one slot write different elements of it.
    const clash =
      read.some((range) => writes.some((other) => overlap(range, other))) ||
      reads.some((range) => overlap(range, written)) ||
      writes.some((range) => range.slot !== output && overlap(range, written))
    if (clash) close(number)
    open.push(number)
    reads.push(...read)
    writes.push(written)
  })
  close(calls.length)
  return { steps, calls, tickets: Int32Array.from(tickets) }
}

/** Calls before the end of each kernel. */
function endsOf(kernels: CompiledProgram['kernels']): number[] {
  let end = 0
  return kernels.map(({ length }) => {
    end += length
    return end
  })
}

/** Adds tickets for a call, of at least so much work each. */
function cut({ tiles, work }: Call, number: number, least: number, tickets: number[]): void {
  const parts = Math.max(1, Math.min(tiles, Math.ceil(work / least)))
  for (let part = 0; part < parts; part++) {
    tickets.push(number, Math.floor((part * tiles) / parts), Math.floor(((part + 1) * tiles) / parts))
  }
}
