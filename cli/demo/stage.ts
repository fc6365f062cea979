import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { type Deployment, deployProtocol } from '@opine/node-kit/deployment.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { Contract, ContractFactory, JsonRpcProvider, NonceManager, type Signer } from 'ethers'
import { type Protocol, protocolAt } from '../chain/contracts.ts'
import { registerProgram } from '../chain/register.ts'
import { send } from '../chain/send.ts'
import { readModel } from '../model/load.ts'
import { type Cast, castAccounts, type Role } from './cast.ts'
import { type Daemon, lastLines, startDaemon } from './process.ts'
import { PROTOCOL, STAKE } from './terms.ts'

const ROOT = join(import.meta.dirname, '../..')
const CHAIN_START_MS = 30_000

/** A temporary folder below the project; whoever makes it removes it. */
export function makeFolder(): string {
  mkdirSync(join(ROOT, '.demo'), { recursive: true })
  return mkdtempSync(join(ROOT, '.demo/run-'))
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

export type Chain = { readonly daemon: Daemon; readonly http: string; readonly ws: string }

/** Starts an embedded chain as a process of its own. @throws {OpineError} `CHAIN_START` */
export async function startChainProcess(): Promise<Chain> {
  const daemon = startDaemon('chain', ['chain', '--port', '0', '--json'])
  const end = Date.now() + CHAIN_START_MS
  while (Date.now() < end && daemon.ended() === undefined) {
    const line = daemon.lines.find((text) => text.startsWith('{'))
    if (line !== undefined) {
      const { http, ws } = JSON.parse(line) as { http: string; ws: string }
      return { daemon, http, ws }
    }
    await sleep(20)
  }
  await daemon.stop()
  throw new OpineError('CHAIN_START', `the embedded chain did not start; it said: ${lastLines(daemon, 3).join(' / ')}`)
}

/** Everything that stands before the question is asked. */
export type Stage = {
  readonly provider: JsonRpcProvider
  readonly cast: Cast
  readonly signers: Readonly<Record<Role, Signer>>
  readonly deployment: Deployment
  readonly contracts: Protocol & { readonly reader: Contract }
  readonly model: LoadedModel
  readonly programRoot: string
  readonly versionId: string
  readonly registrationGas: bigint
  readonly files: { readonly deployment: string; readonly model: string }
}

/** Deploys the protocol, registers the digit model, stakes for both operators and deploys the consumer. */
export async function setStage(chain: Chain, folder: string): Promise<Stage> {
  const provider = new JsonRpcProvider(chain.http, 31337, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 })
  const cast = castAccounts()
  const signerOf = (role: Role): Signer => new NonceManager(cast[role].connect(provider))
  const signers = {
    author: signerOf('author'),
    honest: signerOf('honest'),
    liar: signerOf('liar'),
    challenger: signerOf('challenger'),
    asker: signerOf('asker'),
  }
  const files = { deployment: join(folder, 'deployment.json'), model: join(folder, 'digits.opine') }

  const deployment = await deployProtocol(signers.author, PROTOCOL)
  writeDeployment(files.deployment, deployment)
  const protocol = protocolAt(deployment, provider)

  const model = readModel(join(ROOT, 'models/zoo/digits/digits.onnx'))
  writeFileSync(files.model, encodeProgramFile(model.program, model.interface))
  const { programRoot, versionId, receipts } = await registerProgram(protocolAt(deployment, signers.author).models, model.program)

  for (const role of ['honest', 'liar'] as const) await send(protocolAt(deployment, signers[role]).operators, 'stake', [], { value: STAKE })

  const deployed = await new ContractFactory(DigitReader.abi, DigitReader.bytecode, signers.asker).deploy(deployment.oracle, versionId)
  await deployed.waitForDeployment()
  const reader = new Contract(await deployed.getAddress(), DigitReader.abi, provider)
  return {
    provider,
    cast,
    signers,
    deployment,
    contracts: { ...protocol, reader },
    model,
    programRoot,
    versionId,
    registrationGas: receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    files,
  }
}
