import { roleOf } from './cast.ts'
import { settleAccounts, takeSnapshot } from './ledger.ts'
import type { Play } from './play.ts'
import { playLie } from './play-lie.ts'
import { playSham } from './play-sham.ts'
import { gasReport } from './report.ts'
import { type ActResult, actResult } from './result.ts'
import type { Scene } from './scene.ts'
import { lieClaims, shamClaims } from './verdict.ts'

/** Plays one act and asks the contracts how it ended. @param consumers  contracts that ask, by name */
export async function playAct(play: Play, scene: Scene, consumers: Readonly<Record<string, string>>): Promise<ActResult> {
  const { act, stage, watch, director } = play
  const { contracts, cast } = stage
  const stake = async (): Promise<bigint> => (await contracts.operators.getFunction('stakeOf')(cast.liar.address))[0]
  const [before, stakeBefore, from] = [await takeSnapshot(stage, consumers), await stake(), watch.moves.length]
  director.turnTo(scene)
  const evidenceAfter = async () => {
    const moves = watch.moves.slice(from)
    const accounts = settleAccounts(before, await takeSnapshot(stage, consumers), moves, stage)
    return { moves, evidence: { act, stage, watch, accounts, stakes: [stakeBefore, await stake()] as const } }
  }
  if (act.way === 'sham') {
    const played = await playSham(play)
    const { moves, evidence } = await evidenceAfter()
    const gas = gasReport(moves, cast, { asserter: 'honest', challenger: 'sham' })
    return actResult(act, scene, played, await shamClaims(evidence, played), gas)
  }
  const played = await playLie(play)
  const { moves, evidence } = await evidenceAfter()
  const { challenger } = await contracts.game.getFunction('game')(played.game)
  const gas = gasReport(moves, cast, { asserter: 'liar', challenger: roleOf(cast, challenger) ?? 'challenger' })
  return actResult(act, scene, played, await lieClaims(evidence, played), gas)
}
