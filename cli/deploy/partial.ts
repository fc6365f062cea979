import { existsSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { deploymentSteps } from '@opine/node-kit/deployment-steps.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { keccak256, type Provider, toUtf8Bytes } from 'ethers'
import { readFile, writeFile } from '../files.ts'

/**
 * A deployment that is under way, as the file beside the one to be written says it.
 * @property first   nonce of its first transaction
 * @property digest  of all its transactions: what is deployed and on which terms
 */
type Partial = { readonly chainId: number; readonly from: string; readonly first: number; readonly block: number; readonly digest: string }

export type Resume = { readonly first: number; readonly block: number; readonly resumed: boolean }

const PATIENCE = 120_000

export const partialFile = (out: string): string => `${out}.partial`

/**
 * Where to begin: where an earlier run into the same file was cut off, or at the account's next nonce, which is written down before
 * anything is sent.
 * @throws {OpineError} `DEPLOYMENT_PENDING` if a transaction of the account is not mined; `DEPLOYMENT_OTHER` if what was begun is another deployment
 */
export async function beginOrResume(
  out: string,
  provider: Provider,
  { chainId, from }: Pick<Partial, 'chainId' | 'from'>,
  terms: ProtocolTerms,
  say: (line: string) => void,
): Promise<Resume> {
  const file = partialFile(out)
  await requireNonePending(provider, from, say)
  const digestAt = (first: number): string => {
    const { steps } = deploymentSteps(from, first, terms)
    return keccak256(toUtf8Bytes(JSON.stringify(steps.map(({ to, data, value }) => [to, data, String(value)]))))
  }
  const next = await provider.getTransactionCount(from)
  const begun = existsSync(file) ? read(file) : null
  if (begun && !(begun.chainId === chainId && (await isUnsent(provider, begun)))) {
    if (begun.chainId !== chainId || begun.from !== from || begun.digest !== digestAt(begun.first)) {
      const message = `${file} is of a deployment by ${begun.from} on chain ${begun.chainId} that was begun with other terms or contracts; repeat that command to end it, or delete the file to begin anew`
      throw new OpineError('DEPLOYMENT_OTHER', message, { file })
    }
    return { first: begun.first, block: begun.block, resumed: true }
  }
  const block = await provider.getBlockNumber()
  const now: Partial = { chainId, from, first: next, block, digest: digestAt(next) }
  writeFile(file, `${JSON.stringify(now, null, 2)}\n`)
  return { first: next, block, resumed: false }
}

/** After the addresses are written. */
export const forgetPartial = (out: string): void => rmSync(partialFile(out), { force: true })

/** One of which nothing was sent is as good as none: the account could not pay, or the chain is another one of that id, begun anew. */
const isUnsent = async (provider: Provider, { from, first }: Partial): Promise<boolean> =>
  (await provider.getTransactionCount(from, 'pending')) <= first

async function requireNonePending(provider: Provider, from: string, say: (line: string) => void): Promise<void> {
  let told = 0
  for (const end = Date.now() + PATIENCE; ; await sleep(500)) {
    const [mined, sent] = await Promise.all([provider.getTransactionCount(from, 'latest'), provider.getTransactionCount(from, 'pending')])
    if (mined >= sent) return
    if (sent - mined !== told) say(`waiting for ${sent - mined} transactions of ${from} to be mined`)
    told = sent - mined
    if (Date.now() < end) continue
    const message = `${sent - mined} transactions of ${from} are not mined yet; wait for them, or replace them with a wallet, and repeat the command`
    throw new OpineError('DEPLOYMENT_PENDING', message, { account: from })
  }
}

function read(file: string): Partial {
  try {
    const { chainId, from, first, block, digest } = JSON.parse(readFile(file).toString('utf8'))
    if ([chainId, first, block].every(Number.isSafeInteger) && typeof from === 'string' && typeof digest === 'string') {
      return { chainId, from, first, block, digest }
    }
  } catch (cause) {
    if (cause instanceof OpineError) throw cause
  }
  throw new OpineError('DEPLOYMENT_OTHER', `${file} cannot be read; look at what the account deployed, then delete it to begin anew`, {
    file,
  })
}
