/** An 8x8 digit: 64 pixels row by row, 0 (paper) to 16 (ink), and what it shows. */
export type Digit = { readonly pixels: Uint8Array; readonly label: number }

export const SIDE = 8
export const INK = 16

/** The model's input `image`, f32 `[1, 1, 8, 8]`: pixels / 16, exact in binary32. */
export const toInput = (pixels: Uint8Array): Float32Array<ArrayBuffer> => Float32Array.from(pixels, (pixel) => pixel / INK)

/** The image moved by whole pixels; paper comes in from the edge. */
export function shifted(pixels: Uint8Array, right: number, down: number): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, index) => {
    const x = (index % SIDE) - right
    const y = Math.floor(index / SIDE) - down
    return x >= 0 && x < SIDE && y >= 0 && y < SIDE ? pixels[y * SIDE + x]! : 0
  })
}
