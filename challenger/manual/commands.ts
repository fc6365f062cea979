import { join } from 'node:path'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { type LoadedModel, loadNamedModel } from '@opine/models/load.ts'
import { Reruns } from '@opine/models/trace/reruns.ts'
import type { Given } from '@opine/node-kit/configuration.ts'
import { find, type Kind } from '@opine/node-kit/manual/find.ts'
import { list, listText } from '@opine/node-kit/manual/list.ts'
import { runTrace, runTraceText } from '@opine/node-kit/manual/run-trace.ts'
import { accountOf, answer, namedAccount } from '@opine/node-kit/manual/session.ts'
import { show, showText } from '@opine/node-kit/manual/show.ts'
import { status, statusText } from '@opine/node-kit/manual/status.ts'
import type { View } from '@opine/node-kit/manual/view.ts'
import { loadModels, type ModelSettings } from '@opine/node-kit/model-store/load-models.ts'
import type { Settings } from '@opine/node-kit/setting.ts'
import { addSettings } from '@opine/node-kit/setting-flags.ts'
import { Command } from 'commander'
import { CHALLENGER_SETTINGS } from '../settings.ts'
import { claim, move, step, termsOf, withdraw } from './act.ts'
import { loadUnchecked, stepInvalid } from './invalid.ts'
import { ACTING, LOOKING, OWNING } from './settings.ts'

/** Commands for an operator in trouble: they look at the chain alone, beside a running daemon or without one; only `--send` needs it stopped. */
export const manualCommands = (): Command[] => [
  looking('list', 'list requests, assertions and games', '--all')
    .option('--all', 'also what is over')
    .option('--account <ADDRESS>', 'only what it takes part in')
    .action((given: Given) =>
      answer(LOOKING, CHALLENGER_SETTINGS, given, async (view, settings) => {
        const listed = await list(view, await machine(view, settings), { account: namedAccount(given), all: given.all === true })
        return { json: listed, text: listText(listed) }
      }),
    ),
  looking('show <ID>', 'show all that is known of a request, an assertion or a game', '0x1f2e3d4c').action((id: string, given: Given) =>
    answer(LOOKING, CHALLENGER_SETTINGS, given, async (view, settings) => {
      const shown = await show(view, await machine(view, settings), find(view.journal, id))
      return { json: shown, text: showText(shown, view) }
    }),
  ),
  looking('run-trace <REQUEST>', 'run a request’s model here and compare with what was asserted', '0x1f2e3d4c --model digits.onnx')
    .option('--account <ADDRESS>', 'also print the root of its true answer')
    .action((id: string, given: Given) =>
      answer(LOOKING, CHALLENGER_SETTINGS, given, async (view, settings) => {
        const ran = runTrace(view, await machine(view, settings), find(view.journal, id, ['request']).id, namedAccount(given))
        return { json: ran, text: runTraceText(ran) }
      }),
    ),
  acting('move <ID>', 'the next move of a game, or what opens one over an assertion', ['game', 'assertion'], move),
  acting('step <GAME>', 'the final step of a game', ['game'], step).option(
    '--invalid',
    'prove instead that a kernel of the program is invalid, by its file; takes an assertion too, and opens a game first',
  ),
  acting('claim <GAME>', 'the next thing towards a game’s reward', ['game'], claim),
  owning('status', 'the account, its money, its transactions, its games, and the daemon’s records')
    .option('--account <ADDRESS>', 'instead of the key’s')
    .action((given: Given) =>
      answer(OWNING, CHALLENGER_SETTINGS, given, async (view, settings) => {
        const is = await status(view, await accountOf(given, settings), join(settings.data, 'challenger.sqlite'))
        return { json: is, text: statusText(is) }
      }),
    ),
  sending(owning('withdraw', 'send all payouts that are ready to the account')).action((given: Given) =>
    answer(OWNING, CHALLENGER_SETTINGS, given, async (view, settings) => withdraw(view, await termsOf(settings, given))),
  ),
]

type Act = typeof move

const acting = (usage: string, description: string, kinds: readonly Kind[], act: Act): Command =>
  sending(command(usage, description, ACTING, 'OPINE_KEY=0x... ', '0x1f2e3d4c --model digits.onnx --send')).action(
    (id: string, given: Given) =>
      answer(ACTING, CHALLENGER_SETTINGS, given, async (view, settings) => {
        const terms = await termsOf(settings, given)
        if (given.invalid !== true) return act(view, await models(view, settings, loadNamedModel), find(view.journal, id, kinds), terms)
        return stepInvalid(view, await models(view, settings, loadUnchecked), find(view.journal, id, ['game', 'assertion']), terms)
      }),
  )

const sending = (told: Command): Command =>
  told
    .option('--send', 'send the transaction; the daemon must be stopped, and will not do it again')
    .option('--wait <SECONDS>', 'how long to wait until it is mined', '120')

const looking = (usage: string, description: string, example: string): Command => command(usage, description, LOOKING, '', example)

const owning = (usage: string, description: string): Command => command(usage, description, OWNING, 'OPINE_KEY=0x... ', '')

function command(usage: string, description: string, table: Settings, env: string, example: string): Command {
  const [name, argument] = usage.split(' ')
  const told = new Command(name).description(description)
  if (argument) told.argument(argument, 'its id, or the digits that it begins with')
  addSettings(told, table)
  const place = '--rpc ws://127.0.0.1:8545 --deployment deployment.json'
  const text = `\nExamples:\n  ${env}opine challenger ${name} ${example}${example ? ' ' : ''}${place}`
  return told.option('--json', 'print one JSON object').addHelpText('after', text)
}

const machine = async (view: View, settings: ModelSettings): Promise<Reruns> =>
  new Reruns(await models(view, settings, loadNamedModel), execute, view.chain.deployment)

type Load = typeof loadUnchecked

const models = ({ chain, log }: View, settings: ModelSettings, load: Load): Promise<LoadedModel[]> =>
  loadModels(settings, load, { models: chain.contracts.models, log, signal: new AbortController().signal })
