import { type Cid, readCid } from './cid.ts'

/** A node of a file tree. @property kind  the number of its type in UnixFS @property data  bytes of the file that come before its links' */
export type FileNode = { readonly kind: number; readonly data: Uint8Array; readonly links: readonly Link[] }
export type Link = { readonly name: string; readonly cid: Cid }

export const FOLDER = 1
export const FILE = 2
export const SHARDED_FOLDER = 5

/**
 * Reads a block of codec dag-pb. Total: any bytes give a node or null.
 * Source: ipld.io/specs/codecs/dag-pb, specs.ipfs.tech/unixfs
 */
export function readNode(block: Uint8Array): FileNode | null {
  const links: Link[] = []
  let content: Uint8Array | undefined
  for (const field of fields(block)) {
    if (field === null || field.bytes === undefined) return null
    if (field.number === 1) content = field.bytes
    if (field.number !== 2) continue
    const link = readLink(field.bytes)
    if (link === null) return null
    links.push(link)
  }
  if (content === undefined) return null
  let [kind, data] = [-1, new Uint8Array() as Uint8Array]
  for (const field of fields(content)) {
    if (field === null) return null
    if (field.number === 1) kind = field.value ?? -1
    if (field.number === 2) data = field.bytes ?? data
  }
  return { kind, data, links }
}

function readLink(bytes: Uint8Array): Link | null {
  let [name, cid]: [string, Cid | null] = ['', null]
  for (const field of fields(bytes)) {
    if (field === null) return null
    if (field.number === 1 && field.bytes) cid = readCid(field.bytes)
    if (field.number === 2 && field.bytes) name = new TextDecoder().decode(field.bytes)
  }
  return cid === null ? null : { name, cid }
}

type Field = { readonly number: number; readonly value?: number; readonly bytes?: Uint8Array }

/** Fields of a protocol buffer; null, and then nothing more, where the bytes are none. */
function* fields(bytes: Uint8Array): Generator<Field | null> {
  let at = 0
  const varint = (): number => {
    let [value, scale] = [0, 1]
    for (let count = 0; count < 8 && at < bytes.length; count++, scale *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    return Number.NaN
  }
  while (at < bytes.length) {
    const tag = varint()
    const [number, type] = [Math.floor(tag / 8), tag % 8]
    const value = varint()
    if (Number.isNaN(value) || (type !== 0 && type !== 2)) return yield null
    if (type === 0) yield { number, value }
    else if (at + value > bytes.length) return yield null
    else {
      yield { number, bytes: bytes.subarray(at, at + value) }
      at += value
    }
  }
}
