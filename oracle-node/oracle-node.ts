import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Certificate } from '@opine/models/certify/certificate.ts'
import { DEFAULT_EXECUTOR, executorLabel, runsProofs } from '@opine/models/exec/executors.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { formatLie } from '@opine/models/trace/lie.ts'
import { RemoteRuns } from '@opine/models/trace/remote-runs.ts'
import { TraceCache } from '@opine/models/trace/trace-cache.ts'
import { Agenda } from '@opine/node-kit/agenda.ts'
import type { WorkerPool } from '@opine/node-kit/compute/pool.ts'
import { withPool } from '@opine/node-kit/compute/with-pool.ts'
import type { DaemonDeps } from '@opine/node-kit/daemon-options.ts'
import { derivedIn } from '@opine/node-kit/derived.ts'
import { logNote } from '@opine/node-kit/executor-settings.ts'
import { codeVersion, passGolden } from '@opine/node-kit/golden.ts'
import { Journal } from '@opine/node-kit/journal.ts'
import { errorFields } from '@opine/node-kit/log.ts'
import { Loop } from '@opine/node-kit/loop.ts'
import { Oaths } from '@opine/node-kit/oaths.ts'
import { checkRegistered } from '@opine/node-kit/registry.ts'
import { Sender } from '@opine/node-kit/sender.ts'
import { EventSync } from '@opine/node-kit/sync.ts'
import { Tasks } from '@opine/node-kit/tasks.ts'
import { withdrawPayouts } from '@opine/node-kit/withdraw.ts'
import { announceEndpoint } from './announcing.ts'
import { Answers } from './answers.ts'
import { Attesting } from './attesting.ts'
import { Defence } from './defence.ts'
import { OathBook } from './oath-book.ts'
import type { OracleNodeOptions } from './options.ts'
import { Patience } from './patience.ts'
import { Requests } from './requests.ts'
import { TraceServer } from './trace-server.ts'

const DEFAULT_POLL = 4000
/** What computes: an upgrade of any of them has the executor checked anew. */
const COMPUTING = ['@opine/models/package.json', '@opine/dispute-game/package.json'].map((path) => import.meta.resolve(path))
/** What its threads do. */
const JOBS = import.meta.resolve('@opine/models/exec/jobs.ts')
const NO_LIMIT = 2n ** 128n

/**
 * The operator's daemon: answers requests of its models with a bond, defends its answers, settles, and frees its bonds, until the signal.
 * It holds no state that a kill could lose: what it decided is in the store, everything else is on the chain.
 * @throws {OpineError} before the first bond: `MODEL_UNREGISTERED`, `MODEL_DIFFERS`, `PROGRAM_INVALID`, `EXECUTOR_WRONG`, `STORE_FOREIGN`, `VERSION_...`, `SERVE_FAILED`; later `STORE_...`
 */
export function runOracleNode(options: OracleNodeOptions, deps: DaemonDeps): Promise<void> {
  const { executor = DEFAULT_EXECUTOR, workers: size } = options
  const pool = { thread: { module: JOBS, data: executor }, ...(size === undefined ? {} : { size }), log: deps.log }
  return withPool(pool, deps.signal, (pool) => runWith(pool, options, deps))
}

async function runWith(
  pool: WorkerPool,
  options: OracleNodeOptions,
  { chain, store, log, wallet, helpers = [], signal, monitor }: DaemonDeps,
): Promise<void> {
  const { models, poll = DEFAULT_POLL, lie, withdraw } = options
  const { contracts, deployment, provider, levels } = chain
  store.bind('chain', `${deployment.chainId} ${chain.origin} ${deployment.oracle}`)
  store.bind('account', wallet.address)
  for (const model of models) {
    validateProgram(model.program)
    await checkRegistered(contracts, model)
  }
  const { executor = DEFAULT_EXECUTOR } = options
  const code = codeVersion(COMPUTING)
  const certificates = runsProofs(executor) ? derivedIn<Certificate>('certificate', code, { store, log }) : null
  const runs = new RemoteRuns(pool, (seconds) => monitor?.metrics.ran(seconds), logNote(log), certificates)
  await passGolden(executorLabel(executor), code, runs.checks(models), { store, log })
  if (lie) log.warn('lyingMode', { lie: formatLie(lie), warning: 'this operator asserts falsified traces; its bonds will be lost' })
  log.info('started', {
    account: wallet.address,
    models: models.map(({ root }) => root),
    chainId: deployment.chainId,
    oracle: deployment.oracle,
  })

  const byRoot = new Map(models.map((model) => [model.root, model]))
  const journal = new Journal(store, (root) => byRoot.has(root))
  const loop = new Loop({ chain, poll, log })
  const sender = new Sender(options.sending ?? {}, { provider, wallet, helpers, store, log, onMined: () => loop.wake() })
  const traces = new TraceCache(runs)
  const account = wallet.address
  const answers = new Answers({ deployment, journal, store, traces, account, lie, modelOf: (root) => byRoot.get(root) })
  const { minFee = 0n, maxBond = NO_LIMIT, margin = 10, confirmations = 0 } = options
  const requests = new Requests(
    { minFee, maxBond, margin, confirmations },
    { contracts, journal, sender, answers, log, lying: lie !== undefined },
  )
  const oaths = new OathBook(new Oaths(wallet, deployment), store)
  const attesting = await Attesting.open(options.attest ?? [], models, { contracts, sender, log })
  const serving = { contracts, deployment, journal, store, answers, oaths, account, levels, log }
  const server = options.serve && (await TraceServer.start(options.serve, serving))
  const patience = server && new Patience((gameId, within) => server.hasServed(gameId, within), options.serve?.patience)
  const endpoint = options.serve?.publicUrl
  const defence = new Defence({ contracts, journal, sender, answers, oaths, log, levels, patience })
  const agenda = new Agenda<Hex | 'announce'>()
  const sync = new EventSync(options.sync ?? {}, { chain, store, log, onReorganised: () => agenda.wakeAll() })
  const tasks = new Tasks(log)
  monitor?.attach({ chain, store, sender })

  const tick = async (): Promise<void> => {
    const head = await sync.poll((event) => {
      const news = journal.take(event)
      const subject = journal.requestOf(event)
      if (subject) agenda.wake(subject)
      if (!news) return
      if (event.name === 'InferenceRequested') log.info('requestSeen', { requestId: event.requestId, fee: event.fee, block: event.block })
      if (event.name === 'GameOpened' && journal.assertion(event.assertionId)?.asserter === account)
        log.info('gameSeen', { gameId: event.gameId, assertionId: event.assertionId, challenger: event.challenger })
    })
    monitor?.ticked(head)
    sender.poll().catch((error: unknown) => log.warn('pollFailed', errorFields(error)))
    for (const [gameId, game] of journal.open('game', head.number)) {
      if (journal.assertion(game.assertionId)?.asserter !== account || agenda.rests(gameId, head.timestamp)) continue
      tasks.run(`game:${gameId}`, head.hash, () => agenda.look(gameId, () => defence.advance(gameId, game, head)))
    }
    for (const [requestId] of journal.open('request', head.number)) {
      if (agenda.rests(requestId, head.timestamp)) continue
      tasks.run(`request:${requestId}`, head.hash, () => agenda.look(requestId, () => requests.advance(requestId, head)))
    }
    for (const version of attesting.versions) tasks.run(`attest:${version}`, head.hash, () => attesting.advance(version, head))
    if (endpoint !== undefined && !agenda.rests('announce', head.timestamp)) {
      const announce = () => announceEndpoint({ chain, journal, sender }, endpoint).then(() => Infinity)
      tasks.run('announce', head.hash, () => agenda.look('announce', announce))
    }
    if (withdraw !== undefined)
      tasks.run('withdraw', head.hash, () => withdrawPayouts({ contracts, sender, store, accounts: sender.accounts() }, withdraw))
  }
  try {
    await loop.run(signal, tick)
  } finally {
    await server?.close()
    await sender.stop()
    await tasks.drain()
    log.info('stopped')
  }
}
