import { openChain } from './chain.ts'
import { logConfiguration } from './config-report.ts'
import type { Configuration } from './configuration.ts'
import type { DaemonDeps } from './daemon-options.ts'
import type { DaemonTable } from './daemon-settings.ts'
import { readDeployment } from './deployment-file.ts'
import { createLog } from './log.ts'
import type { Role } from './metrics.ts'
import { openMonitor } from './metrics-server.ts'
import type { LoadFile, Rooted } from './model-store/fetch-model.ts'
import { loadModels } from './model-store/load-models.ts'
import { useNativeHashing } from './native-hash.ts'
import type { SigningAccount } from './remote-signer.ts'
import { storePath, withStore } from './store-life.ts'

/**
 * A daemon as it is started.
 * @property service   its name, which its log and its store have too
 * @property accounts  opens its account, and those that help it
 * @property run       its work, until the signal; begun anew after a full disk
 */
export type Starting<M extends Rooted, W extends SigningAccount | null> = {
  readonly service: 'challenger' | 'oracle-node'
  readonly role: Role
  readonly load: LoadFile<M>
  readonly accounts: () => Promise<readonly [own: W, ...helpers: SigningAccount[]]>
  readonly run: (models: readonly M[], deps: DaemonDeps<W>) => Promise<void>
}

/**
 * Opens what a daemon works with by its settings, one after the other, and runs it.
 * @throws {OpineError} those of `openMonitor`, `readDeployment`, `accounts`, `openChain`, `loadModels`, `withStore` and `run`
 */
export async function startDaemon<M extends Rooted, W extends SigningAccount | null>(
  { values: settings, effective }: Configuration<DaemonTable>,
  { service, role, load, accounts, run }: Starting<M, W>,
  signal: AbortSignal,
): Promise<void> {
  const plain = createLog({ format: settings.log, service, minimum: settings.logLevel })
  const { monitor, log } = await openMonitor(role, settings, plain)
  logConfiguration(effective, log)
  useNativeHashing(log)
  const deployment = readDeployment(settings.deployment)
  const [wallet, ...helpers] = await accounts()
  const node = { url: settings.rpc, requestTimeout: settings.rpcTimeout, observe: monitor.metrics.called }
  const chain = await openChain(node, deployment, log)
  try {
    const models = await loadModels(settings, load, { models: chain.contracts.models, log, signal })
    await withStore({ path: storePath(settings.data, service) }, { log, signal }, (store) =>
      run(models, { chain, store, log, wallet, helpers, signal, monitor }),
    )
  } finally {
    chain.close()
  }
}
