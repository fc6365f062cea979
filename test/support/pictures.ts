/** Pictures to calibrate and compare with where no photographs are at hand: gradients, shapes, textures and noise, all from a seed. */
import { Random } from '@opine/models/ir/random.ts'

/** Values 0 .. 1, [channels][height][width]. */
export type Picture = { readonly channels: number; readonly height: number; readonly width: number; readonly data: Float32Array }

type Colour = readonly number[]

const share = (random: Random): number => random.below(4096) / 4096

const colour = (random: Random, channels: number): Colour => {
  // Channels of a picture are alike, with a tint.
  const light = share(random)
  return Array.from({ length: channels }, () => Math.min(1, Math.max(0, light + (share(random) - 0.5) * 0.5)))
}

/** The same seed gives the same picture on every machine but for the last bits of sines. */
export function drawPicture(seed: number, channels: number, height: number, width: number): Picture {
  const random = new Random(seed)
  const data = new Float32Array(channels * height * width)
  const paint = (opacity: (x: number, y: number) => number, ink: (x: number, y: number) => Colour): void => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const part = opacity(x, y)
        if (part <= 0) continue
        const tone = ink(x, y)
        for (let c = 0; c < channels; c++) {
          const at = (c * height + y) * width + x
          data[at] = data[at]! * (1 - part) + tone[c]! * part
        }
      }
    }
  }
  const mix = (a: Colour, b: Colour, t: number): Colour => a.map((value, c) => value * (1 - t) + b[c]! * t)
  const gradient = (): ((x: number, y: number) => Colour) => {
    const [from, to] = [colour(random, channels), colour(random, channels)]
    const [dx, dy] = [share(random) - 0.5, share(random) - 0.5]
    const size = Math.abs(dx) + Math.abs(dy) + 0.05
    return (x, y) => mix(from, to, Math.min(1, Math.max(0, 0.5 + ((x / width - 0.5) * dx + (y / height - 0.5) * dy) / size)))
  }
  paint(() => 1, gradient())
  for (let shape = random.between(3, 14); shape > 0; shape--) {
    const ink = random.chance(0.4) ? texture(random, channels) : gradient()
    paint(outline(random, width, height), ink)
  }
  const grain = share(random) ** 2 * 0.12
  for (const at of data.keys()) data[at] = Math.min(1, Math.max(0, data[at]! + (share(random) - 0.5) * grain))
  return { channels, height, width, data }
}

/** How much of a pixel an ellipse, a box or a bar covers; edges are soft over some pixels. */
function outline(random: Random, width: number, height: number): (x: number, y: number) => number {
  const [cx, cy] = [share(random) * width, share(random) * height]
  const [rx, ry] = [(0.04 + 0.3 * share(random)) * width, (0.04 + 0.3 * share(random)) * height]
  const turn = share(random) * Math.PI
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const soft = 1 + share(random) * 6
  const round = random.chance(0.6)
  const opacity = 0.5 + 0.5 * share(random)
  return (x, y) => {
    const [u, v] = [((x - cx) * cos + (y - cy) * sin) / rx, ((y - cy) * cos - (x - cx) * sin) / ry]
    const distance = round ? Math.sqrt(u * u + v * v) : Math.max(Math.abs(u), Math.abs(v))
    return opacity * Math.min(1, Math.max(0, ((1 - distance) * Math.min(rx, ry)) / soft))
  }
}

/** Stripes, checks or waves of two colours. */
function texture(random: Random, channels: number): (x: number, y: number) => Colour {
  const [a, b] = [colour(random, channels), colour(random, channels)]
  const [fx, fy] = [(share(random) - 0.5) * 1.6, (share(random) - 0.5) * 1.6]
  const kind = random.below(3)
  return (x, y) => {
    const wave =
      kind === 0
        ? Math.sin(x * fx + y * fy)
        : kind === 1
          ? Math.sign(Math.sin(x * fx) * Math.sin(y * fy))
          : Math.sin(x * fx) + Math.sin(y * fy)
    const t = 0.5 + 0.5 * Math.min(1, Math.max(-1, wave))
    return a.map((value, c) => value * (1 - t) + b[c]! * t)
  }
}
