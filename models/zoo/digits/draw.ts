import { INK, SIDE } from './image.ts'

const SHADES = ' .:-=+*#%@'

/**
 * An 8x8 digit as text for a terminal, without a final line feed. With `colour` 4 lines of 8 half blocks in 24-bit grey, each showing two
 * rows of pixels; without, 8 lines of 16 characters, from blank (paper) to `@` (ink).
 */
export function drawDigit(pixels: Uint8Array, options: { readonly colour: boolean }): string {
  return options.colour ? halfBlocks(pixels) : shades(pixels)
}

function halfBlocks(pixels: Uint8Array): string {
  const grey = (row: number, column: number): string => {
    const level = Math.floor((255 * pixels[row * SIDE + column]!) / INK)
    return `${level};${level};${level}`
  }
  return Array.from({ length: SIDE / 2 }, (_, line) => {
    const cells = Array.from(
      { length: SIDE },
      (_cell, column) => `\x1b[38;2;${grey(2 * line, column)};48;2;${grey(2 * line + 1, column)}m\u2580`,
    )
    return `${cells.join('')}\x1b[0m`
  }).join('\n')
}

function shades(pixels: Uint8Array): string {
  return Array.from({ length: SIDE }, (_, row) => {
    const marks = Array.from(
      pixels.subarray(row * SIDE, (row + 1) * SIDE),
      (pixel) => SHADES[Math.floor((pixel * (SHADES.length - 1)) / INK)]!,
    )
    return marks.map((mark) => mark + mark).join('')
  }).join('\n')
}
