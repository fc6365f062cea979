/** What the parts of a step cost; see `scripts/calibrate.ts`, which measures them on the verifier. Gas, in whole numbers rounded up. */
export type Costs = {
  /** Of every step: the call, the kernel's own leaf, and what is in none of the others. */
  readonly base: number
  /** Of each iteration variable. */
  readonly variable: number
  /** Of each load, each of its axes, and each variable that an axis could name. */
  readonly load: number
  readonly axis: number
  readonly axisVariable: number
  /** Of each coefficient of an axis. */
  readonly coefficient: number
  /** Of each reduce coordinate more than of another variable; with each address or coordinate that might follow it; with each axis that does. */
  readonly reduce: number
  readonly placeReduce: number
  readonly axisReduce: number
  /** Of each axis that may be left. */
  readonly guard: number
  /** Of each operand; of each pair of a load and an operand; of each sibling of its places in program and trace; of each input where one is read. */
  readonly operand: number
  readonly loadOperand: number
  readonly sibling: number
  readonly input: number
  /** Of each word of a multi-proof, each hash above them, each level. */
  readonly word: number
  readonly hash: number
  readonly level: number
  /** Of a step that is one of several blocks, or the result after them. */
  readonly block: number
  readonly result: number
  /** Of a fold; of each term in the interpreter; of the way to the next term: itself, each two places that move, each coordinate that returns. */
  readonly fold: number
  readonly term: number
  readonly advance: number
  readonly advancePair: number
  readonly wrap: number
  /** Of a sum of products; of each run, of each piece of one, of each term that is read by itself, of each product. */
  readonly product: number
  readonly run: number
  readonly piece: number
  readonly watched: number
  readonly multiplyAdd: number
  /** More than an operation takes on a load that nothing guards: of a value, of each guard, of each axis of a load with indices, of each index. */
  readonly guarded: number
  readonly guardCheck: number
  readonly axisCheck: number
  readonly index: number
  /** Of taking eight elements at hand, by type; of each halving of the words in the search of one. */
  readonly seek: Readonly<Record<'f32' | 'i32' | 'f16' | 'i8' | 'u8', number>>
  /** What of that a sum of products saves. */
  readonly missed: number
  readonly search: number
  readonly halving: number
}

/** Gas of each operation at its dearest, what it pushes and takes included; of `load` and `inrange` for a load that nothing guards. */
export type OpcodeGas = Readonly<Record<string, number>>
