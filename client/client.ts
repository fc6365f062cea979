import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { ModelRegistry } from '@opine/abi/generated/ModelRegistry.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { Contract, type Provider, type Signer } from 'ethers'

/**
 * Where the protocol is, as the file that `opine deploy` writes says it.
 * @property block  of the first contract; nothing of the protocol is older
 */
export type Addresses = {
  readonly chainId: number
  readonly block: number
  readonly models: string
  readonly oracle: string
  readonly game: string
}

/** What every function of this package takes first. @property polling  milliseconds between two looks at the chain */
export type OpineClient = {
  readonly addresses: Addresses
  readonly provider: Provider
  /** Who sends; none if the client only reads. */
  readonly signer: Signer | null
  readonly oracle: Contract
  readonly models: Contract
  readonly game: Contract
  readonly polling: number
}

/**
 * A client over any provider or signer of ethers 6, a browser's wallet among them.
 * @param runner  a `Signer` that asks and pays, or a `Provider` if nothing is to be sent
 * @throws {OpineError} `RUNNER_OFFLINE` for a signer without a provider; `CHAIN_WRONG`; `NOT_DEPLOYED` if there is no contract at the oracle's address
 * @example
 * const client = await createClient(await new BrowserProvider(window.ethereum).getSigner(), deployment)
 */
export async function createClient(
  runner: Signer | Provider,
  addresses: Addresses,
  { polling = 1_000 }: { readonly polling?: number } = {},
): Promise<OpineClient> {
  const provider = runner.provider
  if (!provider) throw new OpineError('RUNNER_OFFLINE', 'the signer has no provider; connect it first: signer.connect(provider)')
  const chainId = Number((await provider.getNetwork()).chainId)
  if (chainId !== addresses.chainId) {
    const message = `the deployment is on chain ${addresses.chainId}, but the provider serves chain ${chainId}; switch the wallet's network`
    throw new OpineError('CHAIN_WRONG', message, { expected: addresses.chainId, found: chainId })
  }
  if ((await provider.getCode(addresses.oracle)) === '0x') {
    const message = `there is no contract at ${addresses.oracle} on chain ${chainId}; correct the deployment's addresses`
    throw new OpineError('NOT_DEPLOYED', message, { address: addresses.oracle })
  }
  return {
    addresses,
    provider,
    signer: 'getAddress' in runner ? (runner as Signer) : null,
    oracle: new Contract(addresses.oracle, InferenceOracle.abi, runner),
    models: new Contract(addresses.models, ModelRegistry.abi, runner),
    game: new Contract(addresses.game, DisputeGame.abi, runner),
    polling,
  }
}
