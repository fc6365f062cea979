import type { Contract } from 'ethers'
import { type Computing, startDaemonsWith } from './daemons.ts'
import { Director } from './director.ts'
import { settleAccounts, takeSnapshot } from './ledger.ts'
import { Narrator } from './narrator.ts'
import { tellAct, tellStage } from './opening.ts'
import { playAct } from './play-act.ts'
import { actsOn, type Draft, ownProgramme, zooProgramme } from './programme.ts'
import type { OwnModel } from './questions/own.ts'
import { type ActResult, type DemoResult, tellResult } from './result.ts'
import { Scene } from './scene.ts'
import type { Screen } from './screen.ts'
import { type Chain, makeFolder, type Place, placeAt, removeFolder, startAnvilProcess, startChainProcess } from './stage.ts'
import { type Stage, setStage } from './staging.ts'
import { ChainWatch } from './watch.ts'

/**
 * @property pause  milliseconds between two told moves
 * @property chain  which node is started
 * @property rpc    a development node that is used instead
 * @property own    a model to play with instead of ours
 * @property exact  whether ours are those in exact integers
 * @property computing  what the daemons are told of how to run models
 */
export type DemoOptions = {
  readonly seed: number
  readonly pause: number
  readonly chain: 'embedded' | 'anvil'
  readonly rpc?: string
  readonly own?: OwnModel
  readonly exact?: boolean
  readonly computing?: Computing
}

type Stops = (() => Promise<void>)[]

/**
 * The whole demonstration: a chain, the protocol, an honest and a lying operator, challengers and consumers, each a process or a contract of
 * its own. Ends all processes that it started and removes its folder, however it ends.
 * @throws {OpineError} `CHAIN_START`, `NODE_NOT_DEV`, `NO_IMAGE`, `NO_FILE`, `NO_STORY`, `NO_LIE`, `DEMO_STUCK`, `DAEMON_ENDED`; those of
 *   `ownQuestion` and of `placeAt`
 */
export async function runDemo(options: DemoOptions, screen: Screen): Promise<DemoResult> {
  const started = performance.now()
  const folder = makeFolder()
  const stops: Stops = []
  const cleanUp = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((stop) => stop()))
    removeFolder(folder)
  }
  let stopping: Promise<never> | undefined
  const interrupted = (): void => {
    stopping ??= cleanUp().then(() => process.exit(130))
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const drafts = draftsOf(options, screen)
    const place = await placeOf(options)
    if ('daemon' in place) stops.push(place.daemon.stop)
    const models = new Map(drafts.map(({ question }) => [question.loaded, question.model]))
    const stage = await setStage(
      place,
      folder,
      [...models].map(([loaded, name]) => [name, loaded]),
    )
    stops.push(async () => stage.provider.destroy())
    tellStage(screen, place, stage)
    const result = await play(options, screen, place, stage, drafts, folder, stops)
    tellResult(screen, result)
    return { ...result, seconds: Math.round((performance.now() - started) / 100) / 10 }
  } catch (error) {
    // What fails while everything is being stopped is no news.
    await stopping
    throw error
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await cleanUp()
  }
}

const draftsOf = ({ own, seed, exact = false }: DemoOptions, { say }: Screen): Draft[] =>
  own ? ownProgramme(own, seed, say) : zooProgramme(seed, exact)

function placeOf({ chain, rpc }: DemoOptions): Promise<Place | Chain> {
  if (rpc !== undefined) return placeAt(rpc)
  return chain === 'anvil' ? startAnvilProcess() : startChainProcess()
}

async function play(
  { seed, pause, computing = { operators: [], challengers: [] } }: DemoOptions,
  screen: Screen,
  place: Place | Chain,
  stage: Stage,
  drafts: readonly Draft[],
  folder: string,
  stops: Stops,
): Promise<Omit<DemoResult, 'seconds'>> {
  const acts = await actsOn(stage, drafts)
  const asking = acts.flatMap(({ consumer }) => (consumer.contract ? [[consumer.name, consumer.contract] as const] : []))
  const consumers: Readonly<Record<string, string>> = Object.fromEntries(asking.map(([name, { target }]) => [name, String(target)]))
  const contracts: Readonly<Record<string, Contract>> = { ...stage.contracts, ...Object.fromEntries(asking) }
  const latest = (await stage.provider.getBlock('latest'))!
  const watch = new ChainWatch(stage.provider, contracts, latest.number + 1)
  const narrator = new Narrator(screen, stage, new Scene(acts[0]!, stage.cast), latest.timestamp)
  const director = new Director('daemon' in place ? place.daemon : undefined, stage, watch, narrator, pause)
  stops.unshift(director.stopAll)
  const start = startDaemonsWith(place, stage, folder, computing)

  const before = await takeSnapshot(stage, consumers)
  const results: ActResult[] = []
  for (const act of acts) {
    tellAct(screen, act)
    results.push(await playAct({ act, stage, director, watch, start }, new Scene(act, stage.cast), consumers))
    screen.say('')
  }
  const complaints = results.flatMap(({ number, claims }) =>
    claims.filter(({ holds }) => !holds).map(({ claim, found }) => `act ${number}: it was promised that ${claim}, but found: ${found}`),
  )
  return {
    ok: complaints.length === 0,
    seed,
    chain: { name: place.name, id: stage.deployment.chainId, client: await stage.provider.send('web3_clientVersion', []) },
    acts: results,
    complaints,
    money: settleAccounts(before, await takeSnapshot(stage, consumers), watch.moves, stage),
    computing: narrator.computing,
    processes: director.processes(),
  }
}
