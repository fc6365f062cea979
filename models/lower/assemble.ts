import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Axis, Constant, Kernel, Load, Program } from '../ir/types.ts'
import {
  type Buffer,
  type ConstantBuffer,
  type DraftKernel,
  type DraftLoad,
  extentsOf,
  type InputBuffer,
  type KernelBuffer,
} from './draft.ts'
import { rangeOf } from './draft-load.ts'

export type Draft = {
  readonly inputs: readonly InputBuffer[]
  /** Each reads buffers of earlier ones only. */
  readonly kernels: readonly DraftKernel[]
  /** Distinct. */
  readonly outputs: readonly KernelBuffer[]
}

/** Limits of SPEC section 5, `RANK`. */
const LIMITS = { rank: 8, loads: 8, axes: 6 } as const

/**
 * Numbers the buffers and writes the kernels as the IR has them. Constants come in the order of their first use, equal ones once.
 * @returns the program without places and claims, which `cuts.ts` decides
 * @throws {OpineError} `KERNEL_LIMIT` where a kernel has more variables, loads or guarded axes than a descriptor holds
 */
export function assemble(draft: Draft): Omit<Program, 'places' | 'claims'> {
  const constants: Constant[] = []
  const numbers = new Map<Buffer, number>(draft.inputs.map((input, index) => [input, index]))
  const byContent = new Map<string, number[]>()
  for (const { buffer } of draft.kernels.flatMap((kernel) => kernel.loads)) {
    if (buffer.kind !== 'constant' || numbers.has(buffer)) continue
    const key = `${buffer.type} ${buffer.count} ${fingerprint(buffer.bytes)}`
    const alike = byContent.get(key) ?? []
    let index = alike.find((candidate) => sameBytes(constants[candidate]!.bytes, buffer.bytes))
    if (index === undefined) {
      index = constants.push(toConstant(buffer)) - 1
      byContent.set(key, [...alike, index])
    }
    numbers.set(buffer, draft.inputs.length + index)
  }
  const kernels: Kernel[] = []
  for (const kernel of draft.kernels) {
    numbers.set(kernel.output, draft.inputs.length + constants.length + kernels.length)
    kernels.push(toKernel(kernel, numbers))
  }
  const first = draft.inputs.length + constants.length
  return {
    inputs: draft.inputs.map(({ type, count }) => ({ type, count })),
    constants,
    kernels,
    outputs: draft.outputs.map((output) => numbers.get(output)! - first),
  }
}

const toConstant = ({ type, count, bytes }: ConstantBuffer): Constant => ({ type, count, bytes })

function toKernel(kernel: DraftKernel, numbers: ReadonlyMap<Buffer, number>): Kernel {
  const { output, foldType, resultType, shape, reduce, term, result } = kernel
  const extents = extentsOf(kernel)
  const loads = kernel.loads.map((load) => toLoad(load, extents, numbers.get(load.buffer)!))
  const limit = (what: keyof typeof LIMITS, has: number): void => {
    if (has <= LIMITS[what]) return
    const message = `The kernel of '${output.name}' has ${has} ${what}, a descriptor holds ${LIMITS[what]}. Simplify the node's shape in the model.`
    throw new OpineError('KERNEL_LIMIT', message, { node: output.name, what, has })
  }
  limit('rank', Math.max(shape.length, reduce?.extents.length ?? 0))
  limit('loads', loads.length)
  for (const { axes } of loads) limit('axes', axes.length)
  return { foldType, resultType, storeType: output.type, shape, reduce, loads, term, result }
}

/** The linear part becomes one axis, whose extent is its greatest value plus one, so that the bounds of the address are exact. */
function toLoad(load: DraftLoad, extents: readonly number[], buffer: number): Load {
  const { least, greatest } = rangeOf(load.base, load.steps, extents)
  const axis = (extent: number, stride: number, offset: number, steps: readonly number[]): Axis => {
    const terms = steps.flatMap((coefficient, variable) => (coefficient === 0 ? [] : [{ variable, coefficient }]))
    return { extent, stride, coordinate: { kind: 'affine', offset, terms } }
  }
  const linear = greatest > least ? [axis(greatest - least + 1, 1, load.base - least, load.steps)] : []
  const guards = load.guards.map(({ extent, stride, offset, steps, index }): Axis => {
    return index === undefined
      ? axis(extent, stride, offset, steps)
      : { extent, stride, coordinate: { kind: 'indexed', load: index, offset } }
  })
  return { buffer, lag: 0, base: least, fill: load.fill, axes: [...linear, ...guards] }
}

function fingerprint(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
