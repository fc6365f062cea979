import { OpineError } from '@opine/dispute-game/errors.ts'
import { fetchBlock } from './blocks.ts'
import { type Cid, formatCid, parseCid } from './cid.ts'
import type { DownloadDeps, Taker } from './download-terms.ts'
import { FILE, type FileNode, FOLDER, readNode, SHARDED_FOLDER } from './unixfs.ts'

const RAW = 0x55
/** Trees of files are three levels deep; more is malice. */
const MAX_DEPTH = 12
const MAX_BLOCKS = 200_000

/** A file of IPFS, and the gateway that is asked for it. @property name  for messages */
export type IpfsFile = { readonly gateway: string; readonly cid: string; readonly path: string; readonly name: string }

/**
 * Fetches a file block by block, each of which is verified: whatever arrives is what the content id names.
 * @throws {OpineError} `MODEL_IPFS` if the id names no such file; `MODEL_TOO_LARGE`; those of `fetchBlock` and of the sink
 */
export async function fetchIpfs(file: IpfsFile, sink: Taker, deps: DownloadDeps): Promise<void> {
  const { gateway, name } = file
  let blocks = 0
  const pour = async (cid: Cid, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH || ++blocks > MAX_BLOCKS) throw refuse(file, `${formatCid(cid)} is too deep or has too many parts`)
    const block = await fetchBlock(gateway, cid, deps)
    if (cid.codec === RAW) return take(block)
    const node = nodeOf(file, cid, block)
    if (node.kind === FOLDER || node.kind === SHARDED_FOLDER) {
      throw refuse(file, `${formatCid(cid)} is a folder; name the file in it: ipfs://${file.cid}/${file.path ? `${file.path}/` : ''}NAME`)
    }
    if (node.kind !== FILE && node.kind !== 0) throw refuse(file, `${formatCid(cid)} is no file`)
    await take(node.data)
    for (const link of node.links) await pour(link.cid, depth + 1)
  }
  const take = async (bytes: Uint8Array): Promise<void> => {
    if (sink.size + bytes.length > deps.limit) {
      const message = `${name} has more than ${deps.limit} bytes, which are allowed; more with --model-limit`
      throw new OpineError('MODEL_TOO_LARGE', message, { url: name, limit: deps.limit })
    }
    await sink.append(bytes)
    deps.tell(name, sink.size, undefined)
  }
  await sink.restart()
  await pour(await resolve(file, deps), 0)
}

/** Follows the path from the id of a folder to that of the file. */
async function resolve(file: IpfsFile, deps: DownloadDeps): Promise<Cid> {
  let cid = parseCid(file.cid)!
  for (const part of file.path.split('/').filter((name) => name !== '')) {
    const node = nodeOf(file, cid, cid.codec === RAW ? new Uint8Array() : await fetchBlock(file.gateway, cid, deps))
    if (node.kind === SHARDED_FOLDER)
      throw refuse(file, 'its folder is sharded, which is not read here; give the content id of the file itself')
    const link = node.kind === FOLDER ? node.links.find(({ name }) => name === part) : undefined
    if (link === undefined) throw refuse(file, `${formatCid(cid)} has no "${part}"`)
    cid = link.cid
  }
  return cid
}

function nodeOf(file: IpfsFile, cid: Cid, block: Uint8Array): FileNode {
  const node = readNode(block)
  if (node !== null) return node
  throw refuse(file, `${formatCid(cid)} is no folder and no file`)
}

const refuse = ({ name, cid }: IpfsFile, fact: string): OpineError =>
  new OpineError('MODEL_IPFS', `${name}: ${fact}; check the address`, { url: name, cid })
