import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { endRows, registrationRows } from './ends.ts'
import { moveRows, playGames } from './games.ts'
import { accountRows, lifeRows } from './life.ts'
import { oathRows } from './oaths.ts'
import { oneShotRows } from './one-shot.ts'
import type { Measurement } from './rows.ts'
import { stepRows } from './steps.ts'

/** Takes all figures, on embedded chains in this process. About a minute. */
export async function measure(progress: (what: string) => void = () => {}): Promise<Measurement> {
  useNativeHashing({ debug: () => {}, warn: () => {} })
  const { games, costs, honest, dearest } = await playGames(progress)
  progress('single moves')
  const [reveals, oaths, steps, ends] = [revealRows(games), await oathRows(), await stepRows(honest), await endRows()]
  progress('one-shot proofs')
  const oneShots = await oneShotRows(honest, dearest)
  progress('requests, stakes and registrations')
  return {
    games,
    sections: [
      { title: 'One inference', note: 'Every party has done the same before, so that its accounts exist.', rows: await lifeRows() },
      {
        title: 'Moves of a game',
        note: 'The dearest of each kind in the games below, at the depths of that network.',
        rows: [...moveRows(costs), ...reveals, ...oaths],
      },
      { title: 'Steps', note: 'The verifier asked in a transaction of its own, without a game.', rows: steps },
      {
        title: 'One-shot proofs',
        note: 'One transaction, the step included, after an opening, where the asserter handed out its nodes and signed its oaths.',
        rows: oneShots,
      },
      { title: 'Ends', note: 'On a network of six kernels.', rows: ends },
      { title: 'Stakes', note: 'With an unbonding delay and an air gap.', rows: await accountRows() },
      { title: 'Registration', note: 'A program is proved once for everybody.', rows: await registrationRows(honest.program) },
    ],
  }
}

const revealRows = (games: Measurement['games']) =>
  games.levels.map(({ levels, reveal }) => ({ name: `reveal, ${2 ** levels} nodes`, gas: reveal }))
