/** Points in a colour, and the line `y = factor * x` through them. */
export type Series = { readonly name: string; readonly points: readonly (readonly [number, number])[]; readonly factor: number }

const [WIDTH, HEIGHT] = [760, 520]
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 20, 20, 56]
const COLOURS = ['#1b6ca8', '#c2410c', '#15803d', '#7e22ce', '#a16207', '#be123c']

type Axis = { readonly low: number; readonly high: number; readonly at: (value: number) => number }

/** Whole decades around the values. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))
  return { low, high, at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from) }
}

const decades = ({ low, high }: Axis): number[] => Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at))
const place = (value: number): string => value.toFixed(1)

const line = (x1: number, y1: number, x2: number, y2: number, style: string): string =>
  `<line x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}" ${style}/>`

const words = (x: number, y: number, text: string, style = ''): string => `<text x="${place(x)}" y="${place(y)}" ${style}>${text}</text>`

/** Series over logarithmic axes, as SVG: what grows linearly lies on parallels of the diagonal. */
export function plot(series: readonly Series[], labels: { readonly x: string; readonly y: string }): string {
  const all = series.flatMap(({ points }) => points)
  const [x, y] = [
    axis(
      all.map(([value]) => value),
      LEFT,
      WIDTH - RIGHT,
    ),
    axis(
      all.map(([, value]) => value),
      HEIGHT - BOTTOM,
      TOP,
    ),
  ]
  const grid = [
    ...decades(x).flatMap((value) => [
      line(x.at(value), TOP, x.at(value), HEIGHT - BOTTOM, 'stroke="#ddd"'),
      words(x.at(value), HEIGHT - BOTTOM + 18, value.toExponential(0).replace('e+', 'e'), 'text-anchor="middle"'),
    ]),
    ...decades(y).flatMap((value) => [
      line(LEFT, y.at(value), WIDTH - RIGHT, y.at(value), 'stroke="#ddd"'),
      words(LEFT - 6, y.at(value) + 4, String(Number(value.toPrecision(1))), 'text-anchor="end"'),
    ]),
    words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, labels.x, 'text-anchor="middle"'),
    words(0, 0, labels.y, `text-anchor="middle" transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"`),
  ]
  const drawn = series.flatMap(({ name, points, factor }, at) => {
    const colour = COLOURS[at % COLOURS.length]!
    const ends = [points[0]![0], points.at(-1)![0]] as const
    const legend = TOP + 20 + 18 * at
    return [
      line(x.at(ends[0]), y.at(factor * ends[0]), x.at(ends[1]), y.at(factor * ends[1]), `stroke="${colour}" stroke-width="1.2"`),
      ...points.map(([a, b]) => `<circle cx="${place(x.at(a))}" cy="${place(y.at(b))}" r="3.6" fill="${colour}"/>`),
      `<circle cx="${LEFT + 16}" cy="${legend - 4}" r="3.6" fill="${colour}"/>`,
      words(LEFT + 26, legend, name),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...grid,
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}
