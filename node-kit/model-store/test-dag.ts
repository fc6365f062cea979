import { createHash } from 'node:crypto'
import { type Cid, formatCid } from './cid.ts'

/** Blocks by content id. */
export type Blocks = Map<string, Uint8Array>

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))])
const bytesField = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes])
const numberField = (number: number, value: number): Buffer => Buffer.from([number * 8, ...varint(value)])

function put(blocks: Blocks, codec: number, block: Uint8Array): Cid {
  const cid = { codec, digest: new Uint8Array(createHash('sha256').update(block).digest()) }
  blocks.set(formatCid(cid), block)
  return cid
}

/** A node of dag-pb: a folder (1), a file of parts (2), or a sharded folder (5). */
export function putNode(blocks: Blocks, kind: number, links: readonly (readonly [name: string, cid: Cid])[], data?: Uint8Array): Cid {
  const encoded = links.map(([name, { codec, digest }]) => {
    const cid = Buffer.from([1, codec, 0x12, 32, ...digest])
    return bytesField(2, Buffer.concat([bytesField(1, cid), bytesField(2, Buffer.from(name)), numberField(3, 1000)]))
  })
  const content = Buffer.concat([numberField(1, kind), ...(data ? [bytesField(2, data)] : [])])
  return put(blocks, 0x70, Buffer.concat([...encoded, bytesField(1, content)]))
}

/** A file in leaves of so many bytes. */
export function putFile(blocks: Blocks, bytes: Uint8Array, leaf: number): Cid {
  const leaves: (readonly [string, Cid])[] = []
  for (let at = 0; at < bytes.length; at += leaf) leaves.push(['', put(blocks, 0x55, bytes.subarray(at, at + leaf))])
  return putNode(blocks, 2, leaves)
}

export const putRaw = (blocks: Blocks, bytes: Uint8Array): Cid => put(blocks, 0x55, bytes)
