import type { Digit } from './image.ts'

/** Rows 4, 9, 14, ... (counted from 0) are held out: 359 of 1,797. Training never sees them. */
export const isHeldOut = (row: number): boolean => row % 5 === 4

export const trainingRows = (digits: readonly Digit[]): Digit[] => digits.filter((_, row) => !isHeldOut(row))
export const heldOutRows = (digits: readonly Digit[]): Digit[] => digits.filter((_, row) => isHeldOut(row))
