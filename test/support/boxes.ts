/** Boxes of the UltraFace detector: priors on four grids, and non-maximum suppression, as its authors decode them. */
const STEPS = [8, 16, 32, 64]
const SIZES = [
  [10, 16, 24],
  [32, 48],
  [64, 96],
  [128, 192, 256],
]
const [WIDTH, HEIGHT] = [320, 240]

/** In shares of the picture: left, top, right, bottom. */
export type Box = { readonly corners: readonly [number, number, number, number]; readonly score: number }

const PRIORS = STEPS.flatMap((step, grid) => {
  const [columns, rows] = [Math.ceil(WIDTH / step), Math.ceil(HEIGHT / step)]
  return Array.from({ length: rows * columns }, (_, at) => {
    const [x, y] = [((at % columns) + 0.5) / (WIDTH / step), (Math.floor(at / columns) + 0.5) / (HEIGHT / step)]
    return SIZES[grid]!.map((size) => [x, y, size / WIDTH, size / HEIGHT] as const)
  }).flat()
})

/** @param scores  [4420][2], `boxes` [4420][4] relative to the priors */
export function boxesIn(scores: Float32Array, boxes: Float32Array, least: number): Box[] {
  const found = PRIORS.flatMap(([x, y, w, h], prior): Box[] => {
    const score = scores[2 * prior + 1]!
    if (score < least) return []
    const [dx, dy, dw, dh] = boxes.subarray(4 * prior, 4 * prior + 4) as unknown as [number, number, number, number]
    const [cx, cy] = [x + dx * 0.1 * w, y + dy * 0.1 * h]
    const [half, high] = [(w * Math.exp(dw * 0.2)) / 2, (h * Math.exp(dh * 0.2)) / 2]
    return [{ corners: [cx - half, cy - high, cx + half, cy + high], score }]
  })
  const kept: Box[] = []
  for (const box of found.sort((a, b) => b.score - a.score)) if (!kept.some((other) => overlap(other, box) > 0.3)) kept.push(box)
  return kept
}

/** Intersection over union. */
export function overlap({ corners: a }: Box, { corners: b }: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]))
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]))
  const area = (c: Box['corners']): number => (c[2] - c[0]) * (c[3] - c[1])
  return (width * height) / (area(a) + area(b) - width * height)
}
