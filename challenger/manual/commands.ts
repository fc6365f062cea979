import { execute } from '@opine/models/exec/reference/execute.ts'
import { loadNamedModel } from '@opine/models/load.ts'
import { Reruns } from '@opine/models/trace/reruns.ts'
import { accountCommands } from '@opine/node-kit/manual/account-commands.ts'
import { ACTING_EXAMPLE, type Daemon, type ManualCommand, manualCommand, SENDING, tell } from '@opine/node-kit/manual/command.ts'
import { find, type Kind } from '@opine/node-kit/manual/find.ts'
import { lookingCommands } from '@opine/node-kit/manual/looking-commands.ts'
import { actingSettings } from '@opine/node-kit/manual/settings.ts'
import { modelsOf, termsOf } from '@opine/node-kit/manual/terms.ts'
import { Command } from 'commander'
import { CHALLENGER_SETTINGS } from '../settings.ts'
import { claim, move, step } from './act.ts'
import { loadUnchecked, stepInvalid } from './invalid.ts'

const CHALLENGER: Daemon = {
  service: 'challenger',
  table: CHALLENGER_SETTINGS,
  machine: async (view, settings) => new Reruns(await modelsOf(view, settings, loadNamedModel), execute, view.chain.deployment),
}

/** Commands for an operator in trouble: they look at the chain alone, beside a running daemon or without one; only `--send` needs it stopped. */
export const manualCommands = (): Command[] =>
  [
    ...lookingCommands(CHALLENGER),
    acting('move <ID>', 'the next move of a game, or what opens one over an assertion', ['game', 'assertion'], move),
    acting('step <GAME>', 'the final step of a game', ['game'], step, INVALID),
    acting('claim <GAME>', 'the next thing towards a game’s reward', ['game'], claim),
    ...accountCommands(CHALLENGER),
  ].map((described) => tell(new Command(), CHALLENGER, described))

const INVALID = [
  '--invalid',
  'prove instead that a kernel of the program is invalid, by its file; takes an assertion too, and opens a game first',
] as const

type Act = typeof move

function acting(usage: string, description: string, kinds: readonly Kind[], act: Act, ...more: readonly (typeof INVALID)[]): ManualCommand {
  const { service, table: known } = CHALLENGER
  const table = actingSettings(known)
  return manualCommand(
    known,
    { usage, description, table, example: ACTING_EXAMPLE, options: [...SENDING, ...more] },
    async (view, settings, given, id) => {
      const terms = await termsOf(service, settings, given)
      if (given.invalid !== true) return act(view, await modelsOf(view, settings, loadNamedModel), find(view.journal, id, kinds), terms)
      return stepInvalid(view, await modelsOf(view, settings, loadUnchecked), find(view.journal, id, ['game', 'assertion']), terms)
    },
  )
}
