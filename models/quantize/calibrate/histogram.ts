/** Bins of a histogram; a power of two, for ranges double. */
const BINS = 512

/** Magnitudes of the channels of a tensor, in `BINS` bins each over a range that doubles as greater ones come. */
export class Histogram {
  readonly channels: number
  readonly low: Float64Array
  readonly high: Float64Array
  #range: Float64Array
  #counts: Float32Array
  /** Elements seen, and the sum of their squares, over all channels. */
  count = 0
  power = 0
  /** Whether there was minus infinity, as masks have it; whether there was any other that is no finite number. Neither is counted. */
  masked = false
  broken = false

  constructor(channels: number) {
    this.channels = channels
    this.low = new Float64Array(channels).fill(Number.POSITIVE_INFINITY)
    this.high = new Float64Array(channels).fill(Number.NEGATIVE_INFINITY)
    this.#range = new Float64Array(channels)
    this.#counts = new Float32Array(channels * BINS)
  }

  add(channel: number, value: number): void {
    // Nothing finite has room for infinity or NaN.
    if (!Number.isFinite(value)) {
      if (value === Number.NEGATIVE_INFINITY) this.masked = true
      else this.broken = true
      return
    }
    if (value < this.low[channel]!) this.low[channel] = value
    if (value > this.high[channel]!) this.high[channel] = value
    const size = value < 0 ? -value : value
    this.count += 1
    this.power += value * value
    if (size === 0) return
    if (size >= this.#range[channel]!) this.#grow(channel, size)
    this.#counts[channel * BINS + Math.floor((size / this.#range[channel]!) * BINS)]! += 1
  }

  #grow(channel: number, size: number): void {
    if (this.#range[channel] === 0) {
      this.#range[channel] = size * 1.0625
      return
    }
    const start = channel * BINS
    while (size >= this.#range[channel]!) {
      this.#range[channel]! *= 2
      for (let bin = 0; bin < BINS / 2; bin += 1)
        this.#counts[start + bin] = this.#counts[start + 2 * bin]! + this.#counts[start + 2 * bin + 1]!
      this.#counts.fill(0, start + BINS / 2, start + BINS)
    }
  }

  /** Greatest magnitude within `low .. high` of a channel. */
  greatest(channel: number, low: number, high: number): number {
    const bottom = Math.max(low, Math.min(this.low[channel]!, 0))
    const top = Math.min(high, Math.max(this.high[channel]!, 0))
    return Math.max(0, top, -bottom)
  }

  /** Mean squared error of a channel if magnitudes above `levels * step` are cut and the others rounded to multiples of `step`. */
  error(channel: number, step: number, levels: number): number {
    const width = this.#range[channel]! / BINS
    const most = step * levels
    let sum = 0
    for (let bin = 0; bin < BINS; bin += 1) {
      const count = this.#counts[channel * BINS + bin]!
      if (count === 0) continue
      const size = (bin + 0.5) * width
      sum += count * (size > most ? (size - most) * (size - most) : (step * step) / 12)
    }
    return sum
  }
}
