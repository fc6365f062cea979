import { readFileSync, writeFileSync } from 'node:fs'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { getAddress, isAddress } from 'ethers'
import type { Deployment } from './deployment.ts'

const CONTRACTS = [
  'models',
  'operators',
  'oracle',
  'game',
  'claims',
  'verifier',
  'validator',
  'governance',
  'parameters',
  'attestations',
] as const satisfies readonly (keyof Deployment)[]

/**
 * Reads where the protocol is deployed: a JSON file as `writeDeployment` writes it.
 * @throws {OpineError} `DEPLOYMENT_UNREADABLE`; `DEPLOYMENT_MALFORMED`, naming the field
 */
export function readDeployment(path: string): Deployment {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code
    throw new OpineError(
      'DEPLOYMENT_UNREADABLE',
      `the deployment file ${path} cannot be read (${reason}); check --deployment (OPINE_DEPLOYMENT)`,
      { path },
    )
  }
  return parseDeployment(text, path)
}

/** @throws {OpineError} `DEPLOYMENT_MALFORMED` */
export function parseDeployment(text: string, where: string): Deployment {
  const refuse = (fact: string): OpineError =>
    new OpineError('DEPLOYMENT_MALFORMED', `${where}: ${fact}; use the file that was written when the protocol was deployed`, { where })
  let fields: Record<string, unknown>
  try {
    fields = { ...(JSON.parse(text) as Record<string, unknown>) }
  } catch {
    throw refuse('this is no JSON')
  }
  const whole = (name: string): number => {
    const value = fields[name]
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    throw refuse(`"${name}" must be a whole number, got ${JSON.stringify(value)}`)
  }
  const address = (name: string): string => {
    const value = fields[name]
    if (typeof value === 'string' && isAddress(value)) return getAddress(value)
    throw refuse(`"${name}" must be an address, got ${JSON.stringify(value)}`)
  }
  const addresses = Object.fromEntries(CONTRACTS.map((name) => [name, address(name)])) as Record<(typeof CONTRACTS)[number], string>
  return { chainId: whole('chainId'), block: whole('block'), ...addresses }
}

/** Writes what `readDeployment` reads. */
export function writeDeployment(path: string, deployment: Deployment): void {
  writeFileSync(path, `${JSON.stringify(deployment, null, 2)}\n`)
}
