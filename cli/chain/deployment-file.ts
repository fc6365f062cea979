import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { isAddress } from 'ethers'
import { readFile, writeFile } from '../files.ts'

const ADDRESSES = ['models', 'operators', 'oracle', 'game', 'claims', 'verifier', 'validator'] as const

export const writeDeployment = (file: string, deployment: Deployment): void => writeFile(file, `${JSON.stringify(deployment, null, 2)}\n`)

/**
 * Reads the addresses that `opine deploy` wrote.
 * @param chainId the chain that they must be for
 * @throws {OpineError} `DEPLOYMENT_MALFORMED`, `WRONG_CHAIN`; node's own if the file cannot be read
 */
export function readDeployment(file: string, chainId: number): Deployment {
  const malformed = (fact: string): OpineError =>
    new OpineError('DEPLOYMENT_MALFORMED', `${file} is no deployment: ${fact}; write it with opine deploy`)
  let json: Partial<Record<string, unknown>>
  try {
    json = JSON.parse(readFile(file).toString('utf8'))
  } catch (cause) {
    if (cause instanceof SyntaxError) throw malformed('it is not JSON')
    throw cause
  }
  for (const name of ADDRESSES) if (!isAddress(json?.[name])) throw malformed(`"${name}" is no address`)
  if (!Number.isInteger(json.chainId) || !Number.isInteger(json.block)) throw malformed('it lacks chainId or block')
  if (json.chainId !== chainId) {
    throw new OpineError(
      'WRONG_CHAIN',
      `${file} is for chain ${json.chainId}, but the node serves chain ${chainId}; mend --deployment or --rpc`,
    )
  }
  return json as Deployment
}
