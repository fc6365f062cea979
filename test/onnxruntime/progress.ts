const WIDTH = 30
/** Where nobody looks, a line so often at most. */
const EVERY_MS = 30_000

const minutes = (seconds: number): string => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`)

/** `name: [###---] 84 of 200, 16.1 s each, 31 min left`. @param seconds  of each that was run, not found @param jobs  at once */
export function barOf(name: string, done: number, all: number, seconds: readonly number[], jobs: number): string {
  const full = Math.floor((WIDTH * done) / all)
  const mean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length
  const each = seconds.length > 0 ? [`${mean.toPrecision(2)} s each`] : []
  const left = seconds.length > 0 && done < all ? [`${minutes((mean * (all - done)) / jobs)} left`] : []
  const found = done > seconds.length ? [`${done - seconds.length} kept`] : []
  return [`${name}: [${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${done} of ${all}`, ...found, ...each, ...left].join(', ')
}

/** Tells of work that goes on: on a terminal in place, else a line from time to time. */
export class Progress {
  readonly #out: NodeJS.WriteStream
  #last = performance.now()

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out
  }

  tell(bar: string, finished: boolean): void {
    if (this.#out.isTTY) this.#out.write(`\r\x1b[K${bar}${finished ? '\n' : ''}`)
    else if (finished || performance.now() - this.#last > EVERY_MS) {
      this.#last = performance.now()
      this.#out.write(`${bar}\n`)
    }
  }
}
