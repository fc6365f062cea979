import { Random } from '@opine/models/ir/random.ts'
import { drawPicture, type Picture } from './pictures.ts'

/** A drawn picture with one to three cartoon faces on it: skin, hair, eyes, nose, mouth. Detectors of faces find some of them. */
export function drawFaces(seed: number, height: number, width: number): Picture {
  const picture = drawPicture(seed, 3, height, width)
  const random = new Random(seed ^ 0x5eed)
  const share = (): number => random.below(4096) / 4096
  const blob = (cx: number, cy: number, rx: number, ry: number, ink: readonly number[], opacity: number): void => {
    for (let y = Math.max(0, Math.floor(cy - ry - 2)); y < Math.min(height, cy + ry + 2); y++) {
      for (let x = Math.max(0, Math.floor(cx - rx - 2)); x < Math.min(width, cx + rx + 2); x++) {
        const distance = Math.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2)
        const part = opacity * Math.min(1, Math.max(0, (1 - distance) * Math.min(rx, ry) * 0.5))
        for (let c = 0; c < 3; c++) {
          const at = (c * height + y) * width + x
          picture.data[at] = picture.data[at]! * (1 - part) + ink[c]! * part
        }
      }
    }
  }
  for (let face = random.between(1, 3); face > 0; face--) {
    const size = (0.08 + 0.2 * share()) * height
    const [cx, cy] = [(0.15 + 0.7 * share()) * width, (0.25 + 0.5 * share()) * height]
    const light = 0.45 + 0.5 * share()
    const skin = [light, light * 0.78, light * 0.65]
    const hair = [0.25, 0.18, 0.12].map((value) => value * (0.3 + 2 * share()))
    const dark = skin.map((value) => value * 0.3)
    blob(cx, cy - 0.25 * size, 0.9 * size, 1.05 * size, hair, 0.95)
    blob(cx, cy, 0.75 * size, size, skin, 1)
    for (const side of [-1, 1]) {
      blob(cx + side * 0.32 * size, cy - 0.15 * size, 0.17 * size, 0.09 * size, [0.95, 0.95, 0.95], 0.8)
      blob(cx + side * 0.32 * size, cy - 0.15 * size, 0.08 * size, 0.08 * size, dark, 1)
      blob(cx + side * 0.32 * size, cy - 0.33 * size, 0.2 * size, 0.05 * size, hair, 0.8)
    }
    blob(
      cx,
      cy + 0.15 * size,
      0.09 * size,
      0.22 * size,
      skin.map((value) => value * 0.8),
      0.6,
    )
    blob(cx, cy + 0.48 * size, 0.3 * size, 0.09 * size, [0.65 * light, 0.3 * light, 0.3 * light], 0.9)
  }
  return picture
}
