import type { FunctionBuilder } from './assembler.ts'
import type { Form } from './form.ts'

/** A form while loops are being written: `local` holds its value at the current variables without `constant`; no local means 0. */
export type Tracked = {
  readonly terms: readonly number[]
  /** What one step of the lanes' tile counter adds, in place of the lane variable's own term. */
  readonly panel: number
  local: number | null
  constant: number
}

/**
 * Keeps forms up to date as loops are entered, so that each loop adds only what its own variable changes: addresses are computed once per
 * iteration of the loop that changes them, never anew inside.
 */
export class Tracker {
  readonly #code: FunctionBuilder
  readonly #tracked = new Map<string, Tracked>()

  constructor(code: FunctionBuilder) {
    this.#code = code
  }

  /** @param root  a local with what the form starts from, a buffer's address */
  track({ constant, terms }: Form, root: number | null, panel = 0): Tracked {
    const key = `${root} ${panel} ${constant} ${terms.join(' ')}`
    let tracked = this.#tracked.get(key)
    if (!tracked) {
      tracked = { terms, panel, local: root, constant }
      this.#tracked.set(key, tracked)
    }
    return tracked
  }

  /** Pushes a form's value, `offset` added. */
  push({ local, constant }: Tracked, offset = 0): void {
    if (local === null) {
      this.#code.int(constant + offset)
      return
    }
    this.#code.get(local)
    if (constant + offset === 0) return
    this.#code.int(constant + offset)
    this.#code.op('i32.add')
  }

  /** Inside a loop whose variable has the value of local `value`; a tile's number in `counter`, if it is a tile of lanes. Returns how to leave. */
  enter(variable: number, value: number, counter?: number): () => void {
    return this.#change(variable, counter !== undefined, (tracked, step) => {
      const next = this.#code.local('i32')
      const panelled = tracked.panel !== 0 && counter !== undefined
      this.#code.get(panelled ? counter : value)
      this.#times(panelled ? tracked.panel : step)
      if (tracked.local !== null) {
        this.#code.get(tracked.local)
        this.#code.op('i32.add')
      }
      this.#code.set(next)
      return next
    })
  }

  /**
   * Before a loop that counts its variable up from 0: `advance` is to be written at the end of its body, `leave` behind it.
   * @param step  by how much the variable grows from one iteration to the next
   */
  induct(variable: number, step: number): { readonly advance: () => void; readonly leave: () => void } {
    const moving: [number, number][] = []
    const leave = this.#change(variable, false, (tracked, term) => {
      const next = this.#code.local('i32')
      if (tracked.local === null) this.#code.int(0)
      else this.#code.get(tracked.local)
      this.#code.set(next)
      moving.push([next, term * step])
      return next
    })
    const advance = (): void => {
      for (const [local, by] of moving) {
        this.#code.get(local)
        this.#code.int(by)
        this.#code.op('i32.add')
        this.#code.set(local)
      }
    }
    return { advance, leave }
  }

  #change(variable: number, lanes: boolean, move: (tracked: Tracked, step: number) => number): () => void {
    const before: [Tracked, number | null][] = []
    for (const tracked of this.#tracked.values()) {
      const step = tracked.terms[variable]!
      if (step === 0 && !(lanes && tracked.panel !== 0)) continue
      before.push([tracked, tracked.local])
      tracked.local = move(tracked, step)
    }
    return () => {
      for (const [tracked, local] of before) tracked.local = local
    }
  }

  #times(factor: number): void {
    if (factor === 1) return
    const shift = Array.from({ length: 31 }, (_, bit) => (1 << bit) >>> 0).indexOf(factor)
    this.#code.int(shift > 0 ? shift : factor)
    this.#code.op(shift > 0 ? 'i32.shl' : 'i32.mul')
  }
}
