import { type Counts, demand, INDEX_BOUND, MAX_SEGMENT, type Rule } from './rules.ts'

/** A meta's fields, taken from any 32 bytes. */
export type RawMeta = {
  readonly kind: number
  readonly type: number
  readonly committed: number
  readonly count: number
  readonly first: number
  readonly length: number
  readonly blocks: number
  /** No byte is set that SPEC section 3 keeps zero for every kind. */
  readonly clean: boolean
}

export function rawMeta(bytes: Uint8Array): RawMeta {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    kind: view.getUint8(0),
    type: view.getUint8(1),
    committed: view.getUint8(2),
    count: view.getUint32(4),
    first: view.getUint32(8),
    length: view.getUint32(12),
    blocks: view.getUint32(16),
    clean: bytes.length === 32 && bytes[3] === 0 && bytes.subarray(20).every((byte) => byte === 0),
  }
}

/** What the meta of kernel `kernel` has to be whatever its descriptor says. */
export function checkPlace(rule: Rule, meta: RawMeta, kernel: number, { kernels }: Counts): void {
  const { first, length } = meta
  demand(rule, meta.clean && meta.kind === 3 && meta.committed <= 1, () => `the meta of kernel ${kernel} is not that of a kernel`)
  const inside = first <= kernel && kernel < first + length && length <= MAX_SEGMENT && first + length <= kernels
  demand(rule, inside, () => `kernel ${kernel} of ${kernels} cannot lie in a segment of ${length} kernels from ${first}`)
}

/** Segments follow each other without a gap, and the kernels of one agree on it: decided pair by pair. */
export function checkPredecessor(meta: RawMeta, before: RawMeta, kernel: number): void {
  const same = before.first === meta.first && before.length === meta.length
  const joins = meta.first === kernel ? before.first + before.length === kernel : same
  demand('META', joins, () => `the segments of kernels ${kernel - 1} and ${kernel} do not fit together`)
}

/** What the meta of any buffer has to be for a kernel to load from it. */
export function checkOperandMeta(meta: RawMeta, buffer: number, counts: Counts): void {
  const { inputs, constants } = counts
  const sized = meta.count >= 1 && meta.count < INDEX_BOUND
  demand('BUFFER', sized, () => `buffer ${buffer} has ${meta.count} elements`)
  if (buffer >= inputs + constants) {
    demand('BUFFER', meta.type <= 3, () => `buffer ${buffer} has the store type ${meta.type}, which no kernel stores`)
    checkPlace('BUFFER', meta, buffer - inputs - constants, counts)
    return
  }
  const kind = buffer < inputs ? 1 : 2
  const empty = meta.clean && meta.committed + meta.first + meta.length + meta.blocks === 0
  demand('BUFFER', empty && meta.kind === kind && meta.type <= 4, () => `the meta of buffer ${buffer} is not that of an input or constant`)
}
