import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Certificate } from '@opine/models/certify/certificate.ts'
import { DEFAULT_EXECUTOR, executorLabel, runsProofs } from '@opine/models/exec/executors.ts'
import { RemoteRuns } from '@opine/models/trace/remote-runs.ts'
import { TraceCache } from '@opine/models/trace/trace-cache.ts'
import { Agenda } from '@opine/node-kit/agenda.ts'
import type { WorkerPool } from '@opine/node-kit/compute/pool.ts'
import { withPool } from '@opine/node-kit/compute/with-pool.ts'
import { derivedIn } from '@opine/node-kit/derived.ts'
import type { ProtocolEvent } from '@opine/node-kit/events.ts'
import { logNote } from '@opine/node-kit/executor-settings.ts'
import { codeVersion, passGolden } from '@opine/node-kit/golden.ts'
import { Journal } from '@opine/node-kit/journal.ts'
import { errorFields } from '@opine/node-kit/log.ts'
import { Loop } from '@opine/node-kit/loop.ts'
import { checkRegistered } from '@opine/node-kit/registry.ts'
import { Sender } from '@opine/node-kit/sender.ts'
import { EventSync, type Head } from '@opine/node-kit/sync.ts'
import { Tasks } from '@opine/node-kit/tasks.ts'
import { withdrawPayouts } from '@opine/node-kit/withdraw.ts'
import { Assertions } from './assertions.ts'
import { DryRun } from './dry-run.ts'
import type { ChallengerDeps, ChallengerOptions } from './options.ts'
import { gamesOf } from './playing.ts'
import { Truth } from './truth.ts'

const DEFAULT_POLL = 4000
/** What computes: an upgrade of any of them has the executor checked anew. */
const COMPUTING = ['@opine/models/package.json', '@opine/dispute-game/package.json'].map((path) => import.meta.resolve(path))
/** What its threads do. */
const JOBS = import.meta.resolve('@opine/models/exec/jobs.ts')

/**
 * The watcher's daemon: re-runs every assertion on its models, disputes what is false down to one number, and claims its rewards, until the
 * signal. It needs the chain and the models, nothing from the asserter.
 * @throws {OpineError} before the first bond: `MODEL_UNREGISTERED`, `MODEL_DIFFERS`, `EXECUTOR_WRONG`, `STORE_FOREIGN`; later `STORE_...`
 */
export function runChallenger(options: ChallengerOptions, deps: ChallengerDeps): Promise<void> {
  const { executor = DEFAULT_EXECUTOR, workers: size } = options
  const pool = { thread: { module: JOBS, data: executor }, ...(size === undefined ? {} : { size }), log: deps.log }
  return withPool(pool, deps.signal, (pool) => runWith(pool, options, deps))
}

async function runWith(
  pool: WorkerPool,
  options: ChallengerOptions,
  { chain, store, log, wallet, helpers = [], signal, monitor }: ChallengerDeps,
): Promise<void> {
  const { models, poll = DEFAULT_POLL, withdraw } = options
  const { contracts, deployment, provider } = chain
  store.bind('chain', `${deployment.chainId} ${chain.origin} ${deployment.oracle}`)
  store.bind('account', wallet?.address ?? 'watchtower')
  for (const model of models) await checkRegistered(contracts, model)
  const code = codeVersion(COMPUTING)
  const { executor = DEFAULT_EXECUTOR } = options
  const certificates = runsProofs(executor) ? derivedIn<Certificate>('certificate', code, { store, log }) : null
  const runs = new RemoteRuns(pool, (seconds) => monitor?.metrics.ran(seconds), logNote(log), certificates)
  await passGolden(executorLabel(executor), code, runs.checks(models), { store, log })
  const account = wallet?.address ?? null
  log.info('started', { account, models: models.map(({ root }) => root), chainId: deployment.chainId, oracle: deployment.oracle })

  const byRoot = new Map(models.map((model) => [model.root, model]))
  const journal = new Journal(store, (root) => byRoot.has(root))
  const loop = new Loop({ chain, poll, log })
  const sender = wallet && new Sender(options.sending ?? {}, { provider, wallet, helpers, store, log, onMined: () => loop.wake() })
  const traces = new TraceCache(runs)
  const truth = new Truth({ deployment, journal, traces, modelOf: (root) => byRoot.get(root) })
  const dryRun = new DryRun({ contracts, provider, store, log, code })
  const assertions = new Assertions({ contracts, journal, sender, truth, dryRun, log })
  const games = sender && wallet && gamesOf(options, { chain, store, log, signal, journal, sender, truth, wallet })
  const agenda = new Agenda<Hex>()
  const sync = new EventSync(options.sync ?? {}, { chain, store, log, onReorganised: () => agenda.wakeAll() })
  const tasks = new Tasks(log)
  monitor?.attach({ chain, store, sender })

  const unknown = new Set<Hex>()
  const take = (event: ProtocolEvent): void => {
    if (event.name === 'InferenceRequested' && !byRoot.has(event.programRoot) && !unknown.has(event.programRoot)) {
      unknown.add(event.programRoot)
      log.info('modelUnknown', {
        programRoot: event.programRoot,
        effect: 'its assertions are not checked; give --model FILE to check them',
      })
    }
    if ('assertionId' in event) agenda.wake(event.assertionId)
    if ('gameId' in event) agenda.wake(event.gameId)
    if (journal.take(event) && event.name === 'AssertionMade') {
      const { assertionId, requestId, asserter, block } = event
      log.info('assertionSeen', { assertionId, requestId, asserter, block })
    }
  }
  // What is over rests until a reorganisation.
  const look = (kind: 'game' | 'assertion', id: Hex, head: Head, work: () => Promise<void>): void => {
    if (agenda.rests(id, head.timestamp)) return
    const step = () => work().then(() => (journal.isClosed(kind, id) ? Infinity : undefined))
    tasks.run(`${kind}:${id}`, head.hash, () => agenda.look(id, step))
  }
  const advance = (head: Head): void => {
    for (const [id, game] of journal.open('game', head.number))
      if (games && game.challenger === account) look('game', id, head, () => games.advance(id, game, head))
    for (const [id, assertion] of journal.open('assertion', head.number))
      look('assertion', id, head, () => assertions.advance(id, assertion, head))
    if (sender && withdraw !== undefined)
      tasks.run('withdraw', head.hash, () => withdrawPayouts({ contracts, sender, store, accounts: sender.accounts() }, withdraw))
  }
  try {
    await loop.run(signal, async () => {
      const head = await sync.poll(take)
      monitor?.ticked(head)
      sender?.poll().catch((error: unknown) => log.warn('pollFailed', errorFields(error)))
      advance(head)
    })
  } finally {
    await sender?.stop()
    await tasks.drain()
    log.info('stopped')
  }
}
