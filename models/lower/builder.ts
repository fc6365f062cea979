import { OpineError } from '@opine/dispute-game/errors.ts'
import { load } from '../ir/expression.ts'
import { MAX_COUNT } from '../ir/header.ts'
import { product, scalarOf } from '../ir/types.ts'
import { chooseBlock } from './block.ts'
import { repack } from './constant.ts'
import type { DraftKernel, KernelBuffer } from './draft.ts'
import { at, composeLoad, type Index } from './draft-load.ts'
import { foldConstant } from './fold-constant.ts'
import { foldTypeOf, isLongFold, type KernelSource } from './kernel-source.ts'
import { emitLongFold } from './long-fold.ts'
import { mergeVariables, uniqueLoads } from './merge.ts'
import { isWorthSharing, KnownKernels } from './same-kernel.ts'
import { contiguous, isContiguous, permute, shapeOf, stepOf, type View } from './view.ts'

/** Collects the kernels of a program, in an order in which each reads earlier ones only. */
export class Builder {
  readonly kernels: DraftKernel[] = []
  /** Name of the node that is being lowered, for the names of buffers and for errors. */
  label = ''

  readonly #known = new KnownKernels()

  /**
   * Adds a kernel, unless there is the same already or all operands are constants, whose values it then has; gives its output, row-major
   * over `shape`.
   */
  emit(source: KernelSource): View {
    if (isLongFold(source)) return emitLongFold(this, source)
    const kernel = this.#draft(source)
    const folded = foldConstant(kernel)
    if (folded) return contiguous(folded, source.shape)
    const known = isWorthSharing(kernel) ? this.#known.find(kernel) : null
    if (known) return contiguous(known, source.shape)
    this.kernels.push(kernel)
    return contiguous(kernel.output, source.shape)
  }

  /** The same elements in a buffer of their own, laid out row-major over the dimensions in `order` (outermost first). */
  copy(view: View, order: readonly number[] = view.dims.map((_, dim) => dim)): View {
    const back = order.map((_, dim) => order.indexOf(dim))
    const moved = permute(view, order)
    if (isContiguous(moved)) return permute(contiguous(moved.buffer, shapeOf(moved)), back)
    const packed = repack(moved)
    if (packed) return permute(packed, back)
    const { buffer } = this.emit(copySource(moved))
    return permute(contiguous(buffer, shapeOf(moved)), back)
  }

  /** A kernel that writes the elements row-major, also those of inputs and constants: an output of the program. */
  output(view: View): KernelBuffer {
    const kernel = this.#draft(copySource(view))
    this.kernels.push(kernel)
    return kernel.output
  }

  /** The view, or a copy of it, such that every dimension has at most one factor. */
  simple(view: View, order?: readonly number[]): View {
    return view.dims.every((factors) => factors.length <= 1) ? view : this.copy(view, order)
  }

  #draft(source: KernelSource): DraftKernel {
    const extents = [...source.shape, ...(source.reduce?.extents ?? [])]
    this.#checkSize(source.shape)
    for (const { view } of source.operands) this.#checkOperand(view)
    const loads = source.operands.map(({ view, at: indices, fill }) =>
      composeLoad(this.#composable(view, indices, fill), indices, extents, fill ?? view.fill),
    )
    const draft = uniqueLoads({
      output: { kind: 'kernel', name: this.label, type: source.type, count: product(source.shape) },
      foldType: source.reduce ? foldTypeOf({ ...source, reduce: source.reduce }) : 'f32',
      resultType: scalarOf(source.type),
      shape: source.shape,
      reduce: source.reduce ? { op: source.reduce.op, extents: source.reduce.extents, block: 1 } : null,
      loads,
      term: source.reduce?.term ?? [],
      result: source.result,
    })
    const kernel = mergeVariables(draft)
    if (!kernel.reduce) return kernel
    const block = chooseBlock(kernel, kernel.reduce.extents)
    return { ...kernel, reduce: { ...kernel.reduce, block } }
  }

  /** The view, or a copy of it where its own guards fill otherwise or cannot follow a coordinate that is an operand's value. */
  #composable(view: View, indices: readonly Index[], fill: number | undefined): View {
    const fills = view.guards.length > 0 && fill !== undefined && fill !== view.fill
    const follows = indices.some(({ operand }, dim) => operand !== undefined && view.dims[dim]!.some(({ guards }) => guards.some(Boolean)))
    return fills || follows ? this.copy(view) : view
  }

  #checkSize(shape: readonly number[]): void {
    const count = product(shape)
    if (count >= 1 && count <= MAX_COUNT) return
    const code = count < 1 ? 'EMPTY_TENSOR' : 'TENSOR_TOO_LARGE'
    throw new OpineError(code, `'${this.label}' would have ${count} elements; a tensor has 1 to 2^31 - 1.`, { node: this.label, shape })
  }

  #checkOperand(view: View): void {
    const { buffer } = view
    if (buffer.count < 1)
      throw new OpineError('EMPTY_TENSOR', `'${this.label}' reads '${buffer.name}', which has no elements.`, { tensor: buffer.name })
    if (buffer.kind !== 'constant' || !buffer.wide) return
    const message = `'${this.label}' calculates with the int64 tensor '${buffer.name}', whose values do not fit 32 bits.`
    throw new OpineError('INT64_RANGE', message, { node: this.label, tensor: buffer.name })
  }
}

function copySource(view: View): KernelSource {
  const factors = view.dims.flat()
  const { type } = view.buffer
  return {
    type: type === 'f16' ? 'f32' : type,
    shape: factors.length > 0 ? factors.map((factor) => factor.extent) : [1],
    operands: [{ view: { ...view, dims: factors.map((factor) => [factor]) }, at: factors.map((_, index) => at(index)) }],
    result: [load(0)],
  }
}

/** Dimensions from the one with the largest step to the one with the smallest, ties in their own order; `view` is a simple one. */
export function byStride(view: View, dims: readonly number[] = view.dims.map((_, dim) => dim)): number[] {
  const step = (dim: number): number => {
    const factor = view.dims[dim]![0]
    return factor ? Math.abs(stepOf(view, factor)) : 0
  }
  return [...dims].sort((a, b) => step(b) - step(a) || a - b)
}
