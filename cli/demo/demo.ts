import { Random } from '@opine/models/ir/random.ts'
import { playActs } from './acts.ts'
import { startDaemonsWith } from './daemons.ts'
import { Director } from './director.ts'
import { settleAccounts, takeSnapshot } from './ledger.ts'
import { chooseLie } from './lie.ts'
import { Narrator } from './narrator.ts'
import { tellQuestion, tellStage } from './opening.ts'
import { drawQuestion } from './question.ts'
import { gasReport } from './report.ts'
import { type DemoResult, resultOf, tellResult } from './result.ts'
import { Scene } from './scene.ts'
import type { Screen } from './screen.ts'
import { type Chain, makeFolder, removeFolder, type Stage, setStage, startChainProcess } from './stage.ts'
import { readVerdict } from './verdict.ts'
import { ChainWatch } from './watch.ts'

/** @property pause milliseconds between two told moves */
export type DemoOptions = { readonly seed: number; readonly pause: number }

/**
 * The whole demonstration: a chain, the protocol, an honest and a lying operator, a challenger and a consumer, each a process or a contract
 * of its own. Ends all processes and removes its folder, however it ends.
 * @throws {OpineError} `CHAIN_START`, `NO_IMAGE`, `NO_LIE`, `DEMO_STUCK`, `DAEMON_ENDED`
 */
export async function runDemo(options: DemoOptions, screen: Screen): Promise<DemoResult> {
  const started = performance.now()
  const folder = makeFolder()
  const stops: (() => Promise<void>)[] = []
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
    const chain = await startChainProcess()
    stops.push(chain.daemon.stop)
    const stage = await setStage(chain, folder)
    stops.push(async () => stage.provider.destroy())
    tellStage(screen, chain, stage)
    const result = await play(options, screen, chain, stage, folder, stops)
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

async function play(
  { seed, pause }: DemoOptions,
  screen: Screen,
  chain: Chain,
  stage: Stage,
  folder: string,
  stops: (() => Promise<void>)[],
): Promise<DemoResult> {
  const random = new Random(seed)
  const question = drawQuestion(stage.model.program, random)
  const lie = chooseLie(question.trace, random)
  tellQuestion(screen, question, lie)

  const latest = (await stage.provider.getBlock('latest'))!
  const watch = new ChainWatch(stage.provider, stage.contracts, latest.number + 1)
  const scene = new Scene(question.trace, stage.cast, String(stage.contracts.reader.target))
  const director = new Director(chain.daemon, stage, watch, new Narrator(screen, stage, scene, latest.timestamp), pause)
  stops.unshift(director.stopAll)
  const before = await takeSnapshot(stage)
  screen.say(screen.paint('bold', 'The play'), '')
  await playActs(stage, director, startDaemonsWith(chain, stage, folder), question.input, lie.text)
  const accounts = settleAccounts(before, await takeSnapshot(stage), watch.moves, stage)
  const verdict = await readVerdict(stage, watch, accounts, question.digit.label)
  return resultOf({ seed, question, lie, scene, accounts, verdict, gas: gasReport(watch.moves, scene), processes: director.processes() })
}
