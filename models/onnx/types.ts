/** An ONNX model in plain types, as `decode.ts` reads it and `encode.ts` writes it. Source: onnx.proto, IR version 8. */

/** Element types that the decoder knows; `code` is `TensorProto.DataType`, `size` the bytes of one element. */
export const ELEMENT_TYPES = {
  f32: { code: 1, size: 4 },
  u8: { code: 2, size: 1 },
  i8: { code: 3, size: 1 },
  i32: { code: 6, size: 4 },
  i64: { code: 7, size: 8 },
  bool: { code: 9, size: 1 },
  f16: { code: 10, size: 2 },
  f64: { code: 11, size: 8 },
} as const

export type ElementType = keyof typeof ELEMENT_TYPES

/** `data` holds the elements row-major, little-endian, without padding, whatever form the file chose. */
export type Tensor = {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/** An attribute is named by its kind. Integers are exact up to 2^53 - 1 and saturate there. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly tensor: Tensor }
  | { readonly graph: Graph }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }

/** A dimension is fixed, a symbol to be bound by the caller, or unknown. */
export type Dimension = number | string | null

/** An input or output; `type` is null where it is no tensor or not given, `shape` where the file gives no rank. */
export type ValueInfo = { readonly name: string; readonly type: ElementType | null; readonly shape: readonly Dimension[] | null }

/** An absent optional input or output is the empty string. */
export type GraphNode = {
  readonly op: string
  readonly domain: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

export type Graph = {
  readonly name: string
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly nodes: readonly GraphNode[]
  readonly initializers: readonly Tensor[]
}

/** `opsets` maps an operator domain to its version; the standard domain is the empty string. */
export type Model = { readonly irVersion: number; readonly opsets: Readonly<Record<string, number>>; readonly graph: Graph }
