import { createHash } from 'node:crypto'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Cid, formatCid } from './cid.ts'
import { download } from './download.ts'
import type { DownloadDeps, Taker } from './download-terms.ts'

/** Blocks of IPFS have 2 MiB at most. */
const MAX_BLOCK = 2 * 1024 * 1024 + 1024

/**
 * Fetches one block through a gateway and makes sure that it is the one that the id names: no gateway has to be believed.
 * Source: specs.ipfs.tech/http-gateways/trustless-gateway
 * @throws {OpineError} `MODEL_WRONG` if its hash is another one; those of `download`
 */
export async function fetchBlock(gateway: string, cid: Cid, deps: DownloadDeps): Promise<Uint8Array> {
  const url = `${gateway.replace(/\/+$/, '')}/ipfs/${formatCid(cid)}?format=raw`
  const memory = new Memory()
  await download(url, memory, { ...deps, limit: Math.min(deps.limit, MAX_BLOCK), tell: () => {} })
  const bytes = memory.bytes()
  if (createHash('sha256').update(bytes).digest().equals(cid.digest)) return bytes
  throw new OpineError(
    'MODEL_WRONG',
    `${url} is not the block that its id names; this gateway errs or lies, or serves no raw blocks: name another with --ipfs-gateway`,
    { url },
  )
}

class Memory implements Taker {
  #chunks: Uint8Array[] = []
  size = 0
  readonly reserve = async (): Promise<void> => {}
  readonly append = async (chunk: Uint8Array): Promise<void> => {
    this.#chunks.push(chunk)
    this.size += chunk.length
  }
  readonly restart = async (): Promise<void> => {
    this.#chunks = []
    this.size = 0
  }
  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }
}
