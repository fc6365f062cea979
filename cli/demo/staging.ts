import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { type Deployment, deployProtocol } from '@opine/node-kit/deployment.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { JsonRpcProvider, NonceManager, parseEther, type Signer } from 'ethers'
import { type Protocol, protocolAt } from '../chain/contracts.ts'
import { registerProgram } from '../chain/register.ts'
import { send } from '../chain/send.ts'
import { type Cast, castAccounts, ROLES, type Role } from './cast.ts'
import type { Place } from './stage.ts'
import { PROTOCOL, STAKE } from './terms.ts'

/** What each account needs for the play, and more. */
const PURSE = parseEther('10')

/** A model as the chain knows it, and the file from which the daemons read it. */
export type StagedModel = {
  readonly name: string
  readonly loaded: LoadedModel
  readonly file: string
  readonly versionId: string
  readonly registrationGas: bigint
}

/** Everything that stands before the first question is asked. */
export type Stage = {
  readonly provider: JsonRpcProvider
  readonly cast: Cast
  readonly signers: Readonly<Record<Role, Signer>>
  readonly deployment: Deployment
  readonly deploymentFile: string
  readonly contracts: Protocol
  readonly models: readonly StagedModel[]
}

/**
 * Deploys the protocol, registers the models, and stakes for both operators.
 * @param models  by the names that people know them by
 * @throws {OpineError} `NODE_NOT_DEV` if the node does not let its clock be moved, or does not have the development accounts funded
 */
export async function setStage(place: Place, folder: string, models: readonly (readonly [string, LoadedModel])[]): Promise<Stage> {
  const chainId = Number(await new JsonRpcProvider(place.http).send('eth_chainId', []))
  const provider = new JsonRpcProvider(place.http, chainId, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 })
  const cast = castAccounts()
  await requireDevelopmentNode(provider, cast, place)
  const signers = Object.fromEntries(ROLES.map((role) => [role, new NonceManager(cast[role].connect(provider))])) as unknown as Record<
    Role,
    Signer
  >
  const deployment = await deployProtocol(signers.author, PROTOCOL)
  const deploymentFile = join(folder, 'deployment.json')
  writeDeployment(deploymentFile, deployment)

  const staged: StagedModel[] = []
  for (const [index, [name, loaded]] of models.entries()) {
    const file = join(folder, `model-${index}.opine`)
    writeFileSync(file, encodeProgramFile(loaded.program, loaded.interface))
    const { versionId, receipts } = await registerProgram(protocolAt(deployment, signers.author).models, loaded.program)
    staged.push({ name, loaded, file, versionId, registrationGas: receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n) })
  }
  for (const role of ['honest', 'liar'] as const) await send(protocolAt(deployment, signers[role]).operators, 'stake', [], { value: STAKE })
  return { provider, cast, signers, deployment, deploymentFile, contracts: protocolAt(deployment, provider), models: staged }
}

async function requireDevelopmentNode(provider: JsonRpcProvider, cast: Cast, { http }: Place): Promise<void> {
  const refuse = (why: string): OpineError => {
    const message = `${http} is no development node: ${why}; start one with "opine chain" or anvil, or leave --rpc out`
    return new OpineError('NODE_NOT_DEV', message, { url: http })
  }
  for (const role of ROLES) {
    const { address } = cast[role]
    if ((await provider.getBalance(address)) < PURSE) throw refuse(`the development account ${address} has less than 10 ETH`)
  }
  try {
    await provider.send('evm_increaseTime', [1])
    await provider.send('evm_mine', [])
  } catch {
    throw refuse('its clock cannot be moved')
  }
}
