import { ByteWriter } from './bytes.ts'
import { encodeExpression } from './expression.ts'
import { type Axis, type Expression, type Kernel, type Load, STORE_TYPES } from './types.ts'

export const DESCRIPTOR_VERSION = 1
/** Codes 1 to 4; 0 is a kernel without a fold. */
export const REDUCE_OPS = ['sum', 'prod', 'max', 'min'] as const

/**
 * The canonical descriptor of a kernel, SPEC section 4.
 * Any kernel whose numbers fit their fields has one, a valid kernel or not.
 * @throws {OpineError} `NUMBER_OUT_OF_RANGE`, `UNKNOWN_OPERATION`
 */
export function encodeKernel(kernel: Kernel): Uint8Array {
  const out = new ByteWriter()
  const { reduce } = kernel
  out.u8(DESCRIPTOR_VERSION, 'version')
  out.u8(STORE_TYPES.indexOf(kernel.foldType), 'fold type')
  out.u8(STORE_TYPES.indexOf(kernel.resultType), 'result type')
  out.u8(STORE_TYPES.indexOf(kernel.storeType), 'store type')
  out.u8(reduce ? 1 + REDUCE_OPS.indexOf(reduce.op) : 0, 'reduce op')
  out.u8(kernel.shape.length, 'output rank')
  out.u8(reduce?.extents.length ?? 0, 'reduce rank')
  out.u8(kernel.loads.length, 'number of loads')
  out.u32(reduce?.block ?? 0, 'block')
  for (const extent of kernel.shape) out.u32(extent, 'output extent')
  for (const extent of reduce?.extents ?? []) out.u32(extent, 'reduce extent')
  for (const load of kernel.loads) writeLoad(out, load)
  writeCode(out, kernel.term, 'term')
  writeCode(out, kernel.result, 'result')
  return out.finish()
}

function writeLoad(out: ByteWriter, load: Load): void {
  out.u32(load.buffer, 'buffer of a load')
  out.u32(load.lag, 'lag of a load')
  out.i32(load.base, 'base of a load')
  out.u32(load.fill, 'fill of a load')
  out.u8(load.axes.length, 'axes of a load')
  for (const axis of load.axes) writeAxis(out, axis)
}

function writeAxis(out: ByteWriter, { extent, stride, coordinate }: Axis): void {
  out.u32(extent, 'extent of an axis')
  out.i32(stride, 'stride of an axis')
  if (coordinate.kind === 'indexed') {
    out.u8(1, 'kind')
    out.u8(coordinate.load, 'load of an indexed axis')
    out.i32(coordinate.offset, 'offset of an axis')
    return
  }
  out.u8(0, 'kind')
  out.i32(coordinate.offset, 'offset of an axis')
  out.u8(coordinate.terms.length, 'terms of an axis')
  for (const { variable, coefficient } of coordinate.terms) {
    out.u8(variable, 'variable of an axis')
    out.i32(coefficient, 'coefficient of an axis')
  }
}

function writeCode(out: ByteWriter, expression: Expression, what: string): void {
  const code = encodeExpression(expression)
  out.u16(code.length, `length of ${what}`)
  out.bytes(code)
}
