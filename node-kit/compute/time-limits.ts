/** Most milliseconds of a job whose like was never measured here; the least limit of one that was; how often its measure it may take. */
const [UNMEASURED, LEAST, FACTOR] = [2 * 3_600_000, 60_000, 20]

/** How long jobs took here, and how long one may take: a thread that hangs is given up, one that is slow is not. */
export class TimeLimits {
  readonly #worst = new Map<string, number>()

  took(group: string | null, milliseconds: number): void {
    if (group !== null) this.#worst.set(group, Math.max(milliseconds, this.#worst.get(group) ?? 0))
  }

  of(group: string | null): number {
    const worst = group === null ? undefined : this.#worst.get(group)
    return worst === undefined ? UNMEASURED : Math.max(LEAST, FACTOR * worst)
  }
}
