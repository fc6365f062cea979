/**
 * What `certifyProgram` finds: which kernels of a program give the same bits in every correct implementation, and why the others need not.
 * Derived from the program alone, so that anybody can derive it again; `file.ts` writes, reads and verifies it.
 */
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { ProviderClass } from './classes.ts'

/**
 * Why a kernel is refused.
 * - `BOUND`: a partial sum of a linear region may exceed 2^24 of its units, so that a sum may be rounded
 * - `SCALE`: a product of which the exact value does not fit: a scale that is no power of two
 * - `WIDTH`: an operand of a product is wider than a demanded class of providers takes
 * - `DIVISION`: a division other than by a power of two: a mean
 * - `ROOT`: a square root, which not every device rounds correctly
 * - `BITS`: a cast of bits: part of a transcendental function, and it sees the sign of zero
 * - `SIGN_OF_ZERO`: the reference may store -0, of which the sign is anybody's
 * - `SUBNORMAL`: a number below 2^-126 may occur, which some devices flush to zero
 * - `OVERFLOW`: a number above 2^127 may occur, or a conversion to i32 may saturate
 * - `UNBOUNDED`: an operand may be any number, or NaN: it comes from a refused kernel and is not clipped
 */
export const REASONS = [
  'BOUND',
  'SCALE',
  'WIDTH',
  'DIVISION',
  'ROOT',
  'BITS',
  'SIGN_OF_ZERO',
  'SUBNORMAL',
  'OVERFLOW',
  'UNBOUNDED',
] as const
export type ReasonRule = (typeof REASONS)[number]

/**
 * @property channel  output coordinates where it is worst, for those axes along which the operands differ; null for the other axes
 * @property excess   by how many bits the bound is exceeded, rounded up to hundredths; null where no bits are meant
 * @property detail   what was found, in a sentence
 * @property change   the smallest change that would help, in a sentence
 */
export type Reason = {
  readonly rule: ReasonRule
  readonly kernel: number
  readonly channel: readonly (number | null)[]
  readonly excess: number | null
  readonly detail: string
  readonly change: string
}

/**
 * What a buffer's elements are: multiples of `2^exponent` from `least` to `greatest`. Null where that is not known: an infinite end, and for
 * the exponent any binary32 value.
 */
export type Range = { readonly exponent: number | null; readonly least: number | null; readonly greatest: number | null }

/**
 * One kernel, in the order of the program.
 * @property op         `describeKernel`: kind, extents and type
 * @property verdict    `orderFree`: every correct implementation on a provider of a class in `classes` stores what `reference` stores, but for
 *   the sign of a stored zero, which is always + in `reference`
 * @property classes    provider classes that cover the kernel; empty if it is refused by something else than a width
 * @property asFloat    classes that cover it when `i32` arithmetic of its region is done in `f32` as well; without any, `classes`
 * @property bound      the greatest partial sum of the linear regions that end or pass here, in units of `2^unit`, over all channels: the
 *   subset of terms with the greatest magnitude, whatever the input. At most 2^24 if order-free. Null where unbounded
 * @property unit       exponent of the unit in which `bound` is attained
 * @property margin     bits between `bound` and 2^24, rounded down to hundredths; null without a bound, or where nothing is summed
 * @property operands   greatest width of an operand of a product, in its own units; 0 without products, null where unbounded
 * @property output     what is stored; holds for a refused kernel too, as the reference calculates it
 * @property open       whether the result's last operations were linear, so that a runtime may fuse them with what reads the buffer
 * @property region     least index of the order-free kernels with which it shares a linear region; its own if none
 * @property subgraph   number of its order-free sub-graph in `subgraphs`; null if refused
 * @property guards     what an implementation must be kept from: `DIRECT`: convolutions by Winograd or FFT; `FLOAT`: 8-bit products that
 *   saturate, so integers are to be multiplied as f32 or i32
 */
export type KernelVerdict = {
  readonly index: number
  readonly op: string
  readonly verdict: 'orderFree' | 'refused'
  readonly classes: readonly ProviderClass[]
  readonly asFloat: readonly ProviderClass[]
  readonly bound: number | null
  readonly unit: number | null
  readonly margin: number | null
  readonly operands: number | null
  readonly output: Range
  readonly open: boolean
  readonly region: number
  readonly subgraph: number | null
  readonly guards: readonly ('DIRECT' | 'FLOAT')[]
  readonly reason: Reason | null
}

/**
 * A maximal connected set of order-free kernels that can run as one session: nothing that leaves it comes back into it.
 * @property stage    sub-graphs of a stage need no refused kernel that needs one of them; stages run in order, refused kernels in between
 * @property inputs   buffers that it reads: inputs and refused kernels' buffers, constants apart
 * @property classes  provider classes that cover all its kernels
 */
export type Subgraph = {
  readonly stage: number
  readonly kernels: readonly number[]
  readonly inputs: readonly number[]
  readonly classes: readonly ProviderClass[]
}

/**
 * What the certificate takes for granted of an input: every element is a multiple of `2^exponent` in `least .. greatest` and no NaN. An
 * executor looks (`inputsMeet`) and runs canonically where it does not hold. Stands for inputs of `f32` and `f16` that order-free kernels read.
 */
export type InputCondition = { readonly input: number; readonly exponent: number; readonly least: number; readonly greatest: number }

/** What of a certificate decides what runs where. */
export type Proved = Pick<Certificate, 'kernels' | 'conditions'>

/**
 * @property program     program root
 * @property demanded    classes that a kernel must cover to be order-free here
 * @property orderFree   whether all kernels are
 * @property providers   classes that cover all kernels; empty unless order-free
 */
export type Certificate = {
  readonly version: 1
  readonly program: Hex
  readonly demanded: readonly ProviderClass[]
  readonly orderFree: boolean
  readonly providers: readonly ProviderClass[]
  readonly conditions: readonly InputCondition[]
  readonly kernels: readonly KernelVerdict[]
  readonly subgraphs: readonly Subgraph[]
}
