/**
 * How wide the operands of a product may be on a provider: which integers its multipliers take without rounding them. Sums are kept in
 * binary32 or wider by all of them.
 */
export const PROVIDER_CLASSES = ['f32', 'tf32', 'fp16', 'bf16'] as const

/**
 * `f32`: products of binary32, as every CPU has them. `tf32`: operands may be rounded to 11 significant bits (tensor cores of NVIDIA).
 * `fp16`: to binary16, which is as wide but less far. `bf16`: to 8 bits.
 */
export type ProviderClass = (typeof PROVIDER_CLASSES)[number]

/**
 * What operands of a class may be.
 * @property width     the greatest multiple of its own unit, whatever the unit: 2^bits
 * @property exponent  of the least unit, so that nothing is subnormal and flushed to zero
 * @property greatest  magnitude of an operand
 */
export type Operands = { readonly width: number; readonly exponent: number; readonly greatest: number }

/** 2^24: an integer of at most so many units is a binary32 value, and every sum of such that stays below it is exact. */
export const EXACT = 0x1000000
/** Below 2^-126 are the subnormals, which some GPUs flush to zero. */
export const LEAST_EXPONENT = -126
/** 2^127: what is above it might overflow on the way. */
export const GREATEST = 65536 * 65536 * 65536 * 65536 * 65536 * 65536 * 65536 * 32768

export const OPERANDS: Readonly<Record<ProviderClass, Operands>> = {
  f32: { width: EXACT, exponent: LEAST_EXPONENT, greatest: GREATEST },
  tf32: { width: 0x800, exponent: LEAST_EXPONENT, greatest: GREATEST },
  fp16: { width: 0x800, exponent: -14, greatest: 65504 },
  bf16: { width: 0x100, exponent: LEAST_EXPONENT, greatest: GREATEST },
}
