import { ByteReader } from './bytes.ts'
import { DESCRIPTOR_VERSION, REDUCE_OPS } from './encode.ts'
import { decodeExpression } from './expression.ts'
import { type Axis, type Kernel, type Load, type Reduce, type ScalarType, STORE_TYPES, type StoreType } from './types.ts'

/**
 * Inverse of `encodeKernel`. Total: any bytes give a kernel whose encoding they are, or an error. The kernel may still be
 * invalid; `validateKernelBytes` decides that.
 * @throws {OpineError} `KERNEL_BYTES`, or `EXPRESSION_BYTES` within its code
 */
export function decodeKernel(bytes: Uint8Array): Kernel {
  const reader = new ByteReader(bytes, 'KERNEL_BYTES')
  const version = reader.u8('version')
  if (version !== DESCRIPTOR_VERSION) throw reader.refuse('version', version)
  const foldType = readScalarType(reader, 'fold type')
  const resultType = readScalarType(reader, 'result type')
  const storeType = readStoreType(reader)
  const op = reader.u8('reduce op')
  const outputRank = reader.u8('output rank')
  const reduceRank = reader.u8('reduce rank')
  const loads = reader.u8('number of loads')
  const block = reader.u32('block')
  const shape = reader.list(outputRank, () => reader.u32('output extent'))
  const extents = reader.list(reduceRank, () => reader.u32('reduce extent'))
  const kernel = {
    foldType,
    resultType,
    storeType,
    shape,
    reduce: reduceOf(reader, op, extents, block),
    loads: reader.list(loads, () => readLoad(reader)),
    term: decodeExpression(reader.bytes(reader.u16('length of term'), 'term')),
    result: decodeExpression(reader.bytes(reader.u16('length of result'), 'result')),
  }
  reader.end()
  return kernel
}

function readScalarType(reader: ByteReader, what: string): ScalarType {
  const code = reader.u8(what)
  if (code > 1) throw reader.refuse(what, code)
  return code === 0 ? 'f32' : 'i32'
}

function readStoreType(reader: ByteReader): StoreType {
  const code = reader.u8('store type')
  const type = STORE_TYPES[code]
  if (type === undefined) throw reader.refuse('store type', code)
  return type
}

function reduceOf(reader: ByteReader, code: number, extents: readonly number[], block: number): Reduce | null {
  if (code === 0) {
    if (extents.length > 0) throw reader.refuse('reduce rank without a fold', extents.length)
    if (block > 0) throw reader.refuse('block without a fold', block)
    return null
  }
  const op = REDUCE_OPS[code - 1]
  if (op === undefined) throw reader.refuse('reduce op', code)
  return { op, extents, block }
}

function readLoad(reader: ByteReader): Load {
  return {
    buffer: reader.u32('buffer of a load'),
    lag: reader.u32('lag of a load'),
    base: reader.i32('base of a load'),
    fill: reader.u32('fill of a load'),
    axes: reader.list(reader.u8('axes of a load'), () => readAxis(reader)),
  }
}

function readAxis(reader: ByteReader): Axis {
  const extent = reader.u32('extent of an axis')
  const stride = reader.i32('stride of an axis')
  const kind = reader.u8('kind of an axis')
  if (kind === 1) {
    const coordinate = { kind: 'indexed', load: reader.u8('load of an indexed axis'), offset: reader.i32('offset of an axis') } as const
    return { extent, stride, coordinate }
  }
  if (kind !== 0) throw reader.refuse('kind of an axis', kind)
  const offset = reader.i32('offset of an axis')
  const terms = reader.list(reader.u8('terms of an axis'), () => ({
    variable: reader.u8('variable of an axis'),
    coefficient: reader.i32('coefficient of an axis'),
  }))
  return { extent, stride, coordinate: { kind: 'affine', offset, terms } }
}
