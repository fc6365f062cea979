/** Lets so many pieces of work run at a time; the others wait in line, what is urgent before the rest. */
export class Slots {
  #free: number
  readonly #urgent: (() => void)[] = []
  readonly #line: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async run<T>(work: () => Promise<T>, urgent = false): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => (urgent ? this.#urgent : this.#line).push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#urgent.shift() ?? this.#line.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}
