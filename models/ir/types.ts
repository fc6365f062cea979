/**
 * The kernel IR: what every ONNX model is lowered to and what the contract can check.
 * Source of truth for bytes and meaning: docs/SPEC.md sections 3 to 5.
 */

/** The two types that arithmetic knows. */
export type ScalarType = 'f32' | 'i32'

/** How an element lies in a buffer. `f16` is for inputs and constants only. */
export type StoreType = 'f32' | 'i32' | 'i8' | 'u8' | 'f16'

/** One operation of a postfix expression; `arg` is its immediate (load, variable or local number, or 32 constant bits). */
export type Instruction = { readonly op: string; readonly arg?: number }
export type Expression = readonly Instruction[]

/** A coordinate of a load on one axis: affine in the iteration variables, or the value of another load. */
export type Coordinate =
  | {
      readonly kind: 'affine'
      readonly offset: number
      readonly terms: readonly { readonly variable: number; readonly coefficient: number }[]
    }
  | { readonly kind: 'indexed'; readonly load: number; readonly offset: number }

export type Axis = { readonly extent: number; readonly stride: number; readonly coordinate: Coordinate }

/** Reads one element of `buffer`, or `fill` (32 bits of the load's scalar type) where a coordinate leaves its axis. */
export type Load = {
  readonly buffer: number
  readonly lag: number
  readonly base: number
  readonly fill: number
  readonly axes: readonly Axis[]
}

export type ReduceOp = 'sum' | 'prod' | 'max' | 'min'
export type Reduce = { readonly op: ReduceOp; readonly extents: readonly number[]; readonly block: number }

export type Kernel = {
  readonly foldType: ScalarType
  readonly resultType: ScalarType
  readonly storeType: StoreType
  readonly shape: readonly number[]
  readonly reduce: Reduce | null
  readonly loads: readonly Load[]
  readonly term: Expression
  readonly result: Expression
}

/** Where a kernel's tensor root is found: in the trace tree if committed, else in the interior list of its segment. */
export type Place = { readonly committed: boolean; readonly first: number; readonly length: number }

export type InputSpec = { readonly type: StoreType; readonly count: number }
export type Constant = { readonly type: StoreType; readonly count: number; readonly bytes: Uint8Array }

export type Program = {
  readonly inputs: readonly InputSpec[]
  readonly constants: readonly Constant[]
  readonly kernels: readonly Kernel[]
  /** One for each kernel. */
  readonly places: readonly Place[]
  /** Kernel indices, in the model's output order. */
  readonly outputs: readonly number[]
  /** Kernel indices that a claimant may be asked for; see SPEC section 3. */
  readonly claims: readonly number[]
}

/** Names and shapes as the model's author knows them; not committed to, carried beside a program. */
export type Port = { readonly name: string; readonly type: StoreType; readonly shape: readonly number[] }
export type ModelInterface = { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] }

export const STORE_TYPES = ['f32', 'i32', 'i8', 'u8', 'f16'] as const satisfies readonly StoreType[]

/** Bytes of one element. */
export const byteSize = (type: StoreType): number => (type === 'f16' ? 2 : type === 'i8' || type === 'u8' ? 1 : 4)

/** The type in which an element of this store type is calculated with. */
export const scalarOf = (type: StoreType): ScalarType => (type === 'f32' || type === 'f16' ? 'f32' : 'i32')

export const product = (extents: readonly number[]): number => extents.reduce((total, extent) => total * extent, 1)

/** Numbers of the loads whose values are coordinates of this one. */
export const indicesOf = ({ axes }: Load): number[] =>
  axes.flatMap(({ coordinate }) => (coordinate.kind === 'indexed' ? [coordinate.load] : []))

/** Number of terms of the kernel's fold; 0 without one. */
export const termCount = (kernel: Kernel): number => (kernel.reduce ? product(kernel.reduce.extents) : 0)

/** Number of blocks of the kernel's fold, `ceil(terms / block)`; 0 without one. */
export const blockCount = (kernel: Kernel): number => (kernel.reduce ? Math.ceil(termCount(kernel) / kernel.reduce.block) : 0)

/** Index of the buffer that kernel `k` writes. */
export const bufferOf = (program: Program, kernel: number): number => program.inputs.length + program.constants.length + kernel
