/** @property threads  of the runtime on the CPU, and of ours @property seconds  after which no round begins */
export type SpeedQuestion = {
  readonly name: string
  readonly provider: string
  readonly threads: number
  readonly rounds: number
  readonly seconds: number
}

/**
 * @property form    in which the float model is fastest
 * @property times   milliseconds of an inference: `float`; with its commitment `onnxruntime`, as daemons run it, with looks, and `committed` without; `wasm`,
 *   `auto`
 * @property chosen  by `auto`
 * @property spent   of a run with a commitment while the runtime kept a profile: milliseconds of all, and in its operators by `GROUPS`
 */
export type Speed = {
  readonly name: string
  readonly provider: string
  readonly threads: number
  readonly form: string
  readonly times: Readonly<Record<string, number>>
  readonly chosen: string | null
  readonly spent: { readonly all: number; readonly groups: Readonly<Record<string, number>>; readonly sessions: number } | null
}

/** The runtime's operators by what they do; the first that fits. */
export const GROUPS = [
  { group: 'products', operators: /Conv|Gemm|MatMul/ },
  {
    group: 'moves',
    operators: /^(Reorder|Transpose|Reshape|Concat|Slice|Split|Gather|Pad|Expand|Identity|Squeeze|Unsqueeze|Flatten|DepthToSpace)/,
  },
  { group: 'sums and maxima', operators: /^(Reduce|.*Pool|ArgM|CumSum|Sum$)/ },
  { group: 'rounding and the like', operators: /^/ },
] as const
