import { type Digit, SIDE } from './image.ts'

/**
 * Ten digits of our own, for demonstrations where the data set cannot be had. They were drawn as text for this file:
 * each mark is one pixel, `.` paper to `#` full ink.
 */
const MARKS = { '.': 0, '-': 4, '+': 8, '*': 12, '#': 16 } as const

const DRAWINGS: readonly string[] = [
  `
  ..+##+..
  .+#**#+.
  .#*..+#.
  .#+...#-
  .#+...#-
  .#*..+#.
  .+#++#*.
  ..+##*..
  `,
  `
  ....+#-.
  ...*##-.
  .-*###-.
  .+*+##..
  ....##..
  ....##..
  ....##..
  ....*#..
  `,
  `
  ..+##*..
  .*#++#+.
  .-...#+.
  ....+#-.
  ...+#+..
  ..+#+...
  .-####*+
  .-*##**+
  `,
  `
  ..*##*-.
  .++++#*.
  .....#*.
  ...*##-.
  ...+*##-
  .....-#+
  .+--+##-
  ..*##*-.
  `,
  `
  ....*+..
  ...+#-..
  ..-#+...
  ..#*.-+.
  .*#-.*#.
  .####*#*
  .-++##+-
  ....*#..
  `,
  `
  ..*####.
  ..##+++.
  ..#+....
  ..##*+..
  ..++*#*.
  .....+#-
  ..+-+##.
  ..*##*-.
  `,
  `
  ...*#-..
  ..*#-...
  .-#+....
  .+#++-..
  .+##*##-
  .+#-..*#
  .-##++##
  ...*##*-
  `,
  `
  .+####*-
  .-+++*#-
  .....##.
  ....+#+.
  .-*###*.
  ..-*#+-.
  ...##...
  ..+#+...
  `,
  `
  ..+##*..
  .-#++#+.
  .-#+-#+.
  ..*##*..
  ..*##+..
  .+#-+#-.
  .+#-+#-.
  ..*##*..
  `,
  `
  ..+##*-.
  .+#+-*#.
  .*#...#+
  .-##**#+
  ..-+*+#+
  ......#+
  ..+-.+#-
  ..*###*.
  `,
]

/** One image of each digit, 0 to 9. */
export const SAMPLES: readonly Digit[] = DRAWINGS.map((drawing, label) => ({ pixels: pixelsOf(drawing), label }))

function pixelsOf(drawing: string): Uint8Array {
  const marks = drawing.replace(/\s/g, '')
  return Uint8Array.from({ length: SIDE * SIDE }, (_, index) => MARKS[marks[index] as keyof typeof MARKS])
}
