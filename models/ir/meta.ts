import { OpineError } from '@opine/dispute-game/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { blockCount, type Place, type Program, product, STORE_TYPES, type StoreType } from './types.ts'

export type BufferKind = 'input' | 'constant' | 'kernel'

/** What the program tree says of one buffer. `place` and `blocks` are zero but for kernels. */
export type Meta = {
  readonly kind: BufferKind
  readonly type: StoreType
  readonly count: number
  readonly place: Place
  readonly blocks: number
}

const KINDS = ['input', 'constant', 'kernel'] as const
const NOWHERE: Place = { committed: false, first: 0, length: 0 }

/**
 * The 32 bytes of SPEC section 3 for one buffer of a program.
 * @throws {OpineError} `BUFFER_OUT_OF_RANGE`
 */
export const metaOf = (program: Program, buffer: number): Uint8Array => encodeMeta(describeBuffer(program, buffer))

/** The same, not yet as bytes. @throws {OpineError} `BUFFER_OUT_OF_RANGE` */
export function describeBuffer(program: Program, buffer: number): Meta {
  const input = program.inputs[buffer]
  if (input) return { kind: 'input', type: input.type, count: input.count, place: NOWHERE, blocks: 0 }
  const constant = program.constants[buffer - program.inputs.length]
  if (constant) return { kind: 'constant', type: constant.type, count: constant.count, place: NOWHERE, blocks: 0 }
  const index = buffer - program.inputs.length - program.constants.length
  const kernel = program.kernels[index]
  const place = program.places[index]
  if (!kernel || !place) {
    const buffers = program.inputs.length + program.constants.length + program.kernels.length
    throw new OpineError('BUFFER_OUT_OF_RANGE', `there is no buffer ${buffer}; the program has ${buffers}`, { buffer, buffers })
  }
  return { kind: 'kernel', type: kernel.storeType, count: product(kernel.shape), place, blocks: blockCount(kernel) }
}

/** @throws {OpineError} `NUMBER_OUT_OF_RANGE` */
export function encodeMeta({ kind, type, count, place, blocks }: Meta): Uint8Array {
  const out = new ByteWriter()
  out.u8(1 + KINDS.indexOf(kind), 'kind of a buffer')
  out.u8(STORE_TYPES.indexOf(type), 'store type')
  out.u8(place.committed ? 1 : 0, 'committed')
  out.u8(0, 'reserved')
  out.u32(count, 'element count')
  out.u32(place.first, 'first kernel of a segment')
  out.u32(place.length, 'length of a segment')
  out.u32(blocks, 'blocks')
  out.bytes(new Uint8Array(12))
  return out.finish()
}

/**
 * Inverse of `encodeMeta`; total.
 * @throws {OpineError} `META_BYTES` for anything that is not the meta of some buffer's kind
 */
export function decodeMeta(bytes: Uint8Array): Meta {
  const reader = new ByteReader(bytes, 'META_BYTES')
  const kindCode = reader.u8('kind of a buffer')
  const kind = KINDS[kindCode - 1]
  if (kind === undefined) throw reader.refuse('kind of a buffer', kindCode)
  const typeCode = reader.u8('store type')
  const type = STORE_TYPES[typeCode]
  if (type === undefined) throw reader.refuse('store type', typeCode)
  const committed = reader.u8('committed')
  if (committed > 1) throw reader.refuse('committed', committed)
  const reserved = reader.u8('reserved')
  const count = reader.u32('element count')
  const place = { committed: committed === 1, first: reader.u32('first kernel of a segment'), length: reader.u32('length of a segment') }
  const blocks = reader.u32('blocks')
  const padding = reader.bytes(12, 'padding')
  reader.end()
  if (reserved !== 0 || padding.some((byte) => byte !== 0)) throw reader.refuse('a reserved byte', 'not zero')
  if (kind !== 'kernel' && (place.committed || place.first + place.length + blocks > 0)) throw reader.refuse(`place of ${kind}`, 'not zero')
  return { kind, type, count, place, blocks }
}
