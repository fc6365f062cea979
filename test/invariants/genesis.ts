import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { AbiCoder, type JsonRpcApiProvider } from 'ethers'
import { Arena, ETHER } from '../support/arena.ts'
import { tinyProgram } from './tiny.ts'

/** What the protocol is deployed with: half a stake may be locked; money waits in the air gap and unbonds. */
export const RULES: ProtocolTerms = {
  clock: 3600,
  extension: 300,
  gameBond: ETHER / 10n,
  minBond: ETHER,
  claimWindow: 3600,
  exposureBps: 5000,
  airGap: 600,
  unbondingDelay: 3600,
}

const BUFFER_PROOF = 'tuple(bytes32 meta, bytes32 body, bytes32[] siblings)'
/** The struct `Genesis` of World.sol. */
const GENESIS = `tuple(address deployer, address models, address operators, address oracle, address game, address claims, address[] protocol, tuple(address to, bytes data)[] transactions, bytes32 versionId, bytes[] descriptors, ${BUFFER_PROOF}[] proofs)`

/**
 * All transactions that deploy the protocol and offer the tiny program, as they went to an embedded chain, with what a player has to know:
 * so nothing of the deployment is written twice.
 * @returns bytes that World.sol decodes
 */
export async function genesis(): Promise<string> {
  const program = tinyProgram()
  validateProgram(program)
  const arena = await Arena.create(program, RULES)
  const { deployment, tree } = arena
  const { models, operators, oracle, game, claims } = deployment
  const buffers = program.inputs.length + program.kernels.length
  const value = {
    deployer: arena.addresses[0],
    ...{ models, operators, oracle, game, claims },
    protocol: Object.values(deployment).filter((part) => typeof part === 'string'),
    transactions: await transactions(arena.provider),
    versionId: arena.versionId,
    descriptors: program.kernels.map(encodeKernel),
    proofs: Array.from({ length: buffers }, (_, buffer) => {
      const { meta, body, siblings } = bufferProof(tree, buffer)
      return { meta: toHex(meta), body: toHex(body), siblings: siblings.map(toHex) }
    }),
  }
  return AbiCoder.defaultAbiCoder().encode([GENESIS], [value])
}

/** Every transaction of a chain; to the zero address for one that creates a contract. */
async function transactions(provider: JsonRpcApiProvider): Promise<{ to: string; data: string }[]> {
  const sent: { to: string; data: string }[] = []
  for (let number = 1; number <= (await provider.getBlockNumber()); number++) {
    const block = await provider.getBlock(number, true)
    for (const { to, data } of block!.prefetchedTransactions) sent.push({ to: to ?? `0x${'00'.repeat(20)}`, data })
  }
  return sent
}
