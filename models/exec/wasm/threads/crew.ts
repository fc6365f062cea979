import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { bufferOf, type Program } from '../../../ir/types.ts'
import type { CompiledProgram } from '../compile.ts'
import type { Memory } from '../engine.ts'
import type { Keep, Layout } from '../layout.ts'
import { hashedIn, type LeafPlan, leafPlan, rootsOf } from './leaves.ts'
import { type Schedule, type Step, scheduleOf } from './schedule.ts'
import { newControl, type Share, type ShareParts } from './share.ts'
import { isThreadError, type Team } from './team.ts'

/** Helpers forget a program when nobody here can run it any more. */
const forgotten = new FinalizationRegistry<{ readonly team: Team; readonly parts: Forgotten }>(({ team, parts }) => team.forget(parts))

type Forgotten = Pick<ShareParts, 'id' | 'memory'>

/** So many tickets of leaves are hashed before a helper is awake. */
const FEW = 8

/** Where a program's slots lie, and which buffers stay. */
export type Placed = { readonly layout: Layout; readonly memory: Memory; readonly keep: Keep }

/** Runs one compiled program, whose memory is shared, by a team. */
export class Crew {
  readonly #team: Team
  readonly #share: Share
  readonly #schedule: Schedule
  readonly #plan: LeafPlan
  readonly #bytes: (kernel: number) => number
  #broken = false

  constructor(team: Team, program: Program, compiled: CompiledProgram, { layout, memory, keep }: Placed) {
    const { module, slots } = compiled
    this.#team = team
    this.#schedule = scheduleOf(compiled, layout, team.threads, team.grain)
    this.#plan = leafPlan(program, slots, layout, hashedIn(program, keep))
    this.#bytes = (kernel) => slots[bufferOf(program, kernel)]!
    const { tickets } = this.#schedule
    const { leaves, ends } = this.#plan
    const calls = this.#schedule.calls.map(({ fn, output, operands }) => ({
      fn,
      addresses: [output, ...operands].map((slot) => layout.addresses[slot]!),
    }))
    const tops = new SharedArrayBuffer(WORD * (ends.at(-1) ?? 0))
    this.#share = team.share({ module, memory, control: newControl(), calls, tickets, leaves, tops })
    forgotten.register(this, { team, parts: this.#forgotten }, this)
  }

  /** The memory is another program's from now on. */
  release(): void {
    forgotten.unregister(this)
    if (!this.#broken) this.#team.forget(this.#forgotten)
    this.#broken = true
  }

  get #forgotten(): Forgotten {
    const { id, memory } = this.#share.parts
    return { id, memory }
  }

  /** Whether the memory is not to be used: a run broke off while threads worked on it, which may still write, or it was let go of. */
  get broken(): boolean {
    return this.#broken
  }

  /**
   * Computes all kernels; with `hash` also the tensor roots of those that are hashed, while later ones are computed.
   * @throws {OpineError} `WASM_THREAD_FAILED`, `WASM_THREAD_LOST`, `WASM_TEAM_CLOSED`: broken, not to be used any more; what `onKernel` throws
   */
  run(onKernel: (kernel: number) => void, hash: boolean): (Uint8Array | null)[] {
    const [team, share] = [this.#team, this.#share]
    const { tickets } = this.#schedule
    // Helpers are not even started for small models alone.
    team.begin(share, tickets.length > 0 || (hash && this.#plan.leaves.length > 3 * FEW))
    try {
      share.kernels.begin()
      share.hashes.begin()
      let done = 0
      this.#schedule.steps.forEach((step) => {
        this.#compute(step)
        if (hash) this.#give(done, step.kernels)
        for (; done < step.kernels; done++) onKernel(done)
      })
      this.#finishHashes()
      return hash ? rootsOf(this.#plan, this.#bytes, new Uint8Array(share.parts.tops)) : []
    } catch (error) {
      this.#breakOff(error)
      throw error
    } finally {
      team.end()
    }
  }

  #compute({ calls, tickets }: Step): void {
    const [team, share] = [this.#team, this.#share]
    for (const call of calls) share.call(call, 0, this.#schedule.calls[call]!.tiles)
    if (calls.length > 0) return
    share.kernels.give(tickets)
    team.ring()
    while (share.computeOnce());
    team.finish(share, share.kernels)
  }

  /** Gives out the leaves of kernels that are done. */
  #give(from: number, to: number): void {
    const { ends } = this.#plan
    const end = ends[to - 1] ?? 0
    if (end === (ends[from - 1] ?? 0)) return
    this.#share.hashes.give(end)
    this.#team.ring()
  }

  #finishHashes(): void {
    while (this.#share.hashOnce());
    this.#team.finish(this.#share, this.#share.hashes)
  }

  #breakOff(error: unknown): void {
    if (!isThreadError(error)) {
      // It came from outside, between two steps: the next run finds nobody at work.
      try {
        this.#finishHashes()
        return
      } catch {}
    }
    this.#broken = true
    forgotten.unregister(this)
    void this.#team.reset()
  }
}
