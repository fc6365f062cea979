import { execute } from '@opine/models/exec/reference/execute.ts'
import { loadNamedModel } from '@opine/models/load.ts'
import { Reruns } from '@opine/models/trace/reruns.ts'
import { accountCommands } from '@opine/node-kit/manual/account-commands.ts'
import { ACTING_EXAMPLE, type Daemon, type ManualCommand, manualCommand, SENDING, tell } from '@opine/node-kit/manual/command.ts'
import { find, type Kind } from '@opine/node-kit/manual/find.ts'
import { lookingCommands } from '@opine/node-kit/manual/looking-commands.ts'
import { actingSettings } from '@opine/node-kit/manual/settings.ts'
import { modelsOf, termsOf } from '@opine/node-kit/manual/terms.ts'
import { pick } from '@opine/node-kit/setting.ts'
import { Command } from 'commander'
import { ORACLE_NODE_SETTINGS } from '../settings.ts'
import { actorOf, move, settle } from './act.ts'

const ORACLE_NODE: Daemon = {
  service: 'oracle-node',
  table: ORACLE_NODE_SETTINGS,
  machine: async (view, settings) => new Reruns(await modelsOf(view, settings, loadNamedModel), execute, view.chain.deployment),
}

/** Commands for an operator in trouble: they look at the chain alone, beside a running daemon or without one; only `--send` needs it stopped. */
export const manualCommands = (): Command[] =>
  [
    ...lookingCommands(ORACLE_NODE),
    acting('move <ID>', 'the own next move in a game, or the next step of a request', ['game', 'request'], move),
    acting('settle <REQUEST>', 'what ends a request: settlement, expiry, release of the bond', ['request'], settle),
    ...accountCommands(ORACLE_NODE),
  ].map((described) => tell(new Command(), ORACLE_NODE, described))

type Act = typeof move

function acting(usage: string, description: string, kinds: readonly Kind[], act: Act): ManualCommand {
  const { service, table: known } = ORACLE_NODE
  const table = { ...actingSettings(known), ...pick(ORACLE_NODE_SETTINGS, 'minFee', 'maxBond') }
  return manualCommand(
    known,
    { usage, description, table, example: ACTING_EXAMPLE, options: SENDING },
    async (view, settings, given, id) => {
      const terms = await termsOf(service, settings, given)
      const models = await modelsOf(view, settings, loadNamedModel)
      return act(view, actorOf(settings, terms, models), find(view.journal, id, kinds), terms)
    },
  )
}
