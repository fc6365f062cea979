import type { Given } from '../configuration.ts'
import type { DaemonTable } from '../daemon-settings.ts'
import type { ModelSettings } from '../model-store/load-models.ts'
import type { Settings, Values } from '../setting.ts'
import { addSettings, type OptionTaker } from '../setting-flags.ts'
import { type Answer, answer } from './session.ts'
import type { Machine, View } from './view.ts'

/**
 * A daemon in whose place a person acts.
 * @property service  its name, and the command under which its commands stand
 * @property machine  runs the models that a command is told of
 */
export type Daemon = {
  readonly service: 'challenger' | 'oracle-node'
  readonly table: DaemonTable
  readonly machine: (view: View, settings: ModelSettings) => Promise<Machine>
}

/**
 * What a command by hand is called and told.
 * @property usage    its name, and its argument if it takes one
 * @property table    its settings
 * @property example  arguments and flags, but for the node and the deployment
 * @property options  what is no setting: flags, description, what holds if left out
 */
type Described<S extends Settings> = {
  readonly usage: string
  readonly description: string
  readonly table: S
  readonly example: string
  readonly options?: readonly (readonly [flags: string, description: string, value?: string])[]
}

/** @property run  does it; `id` is its argument */
export type ManualCommand = Described<Settings> & { readonly run: (given: Given, id: string) => Promise<void> }

/** Of what decides on a transaction. */
export const ACTING_EXAMPLE = '0x1f2e3d4c --model digits.onnx --send'
/** Of what may send. */
export const SENDING = [
  ['--send', 'send the transaction; the daemon must be stopped, and will not do it again'],
  ['--wait <SECONDS>', 'how long to wait until it is mined', '120'],
] as const

/** @param known  what the configuration file may have: the daemon's settings @param work  gives what is printed */
export function manualCommand<S extends Settings>(
  known: Settings,
  described: Described<S>,
  work: (view: View, settings: Values<S>, given: Given, id: string) => Promise<Answer> | Answer,
): ManualCommand {
  const { table } = described
  return { ...described, run: (given, id) => answer(table, known, given, (view, settings) => work(view, settings, given, id)) }
}

/** A new command of commander. */
type Teller = OptionTaker & {
  name(text: string): unknown
  description(text: string): unknown
  argument(name: string, description: string): unknown
  addHelpText(position: 'after', text: string): unknown
  action(work: (...given: unknown[]) => Promise<void>): unknown
}

/** Makes of a new command what is described. */
export function tell<C extends Teller>(command: C, { service }: Daemon, described: ManualCommand): C {
  const { usage, description, table, example, options = [], run } = described
  const [name, argument] = usage.split(' ') as [string, string | undefined]
  command.name(name)
  command.description(description)
  if (argument) command.argument(argument, 'its id, or the digits that it begins with')
  addSettings(command, table)
  command.option('--json', 'print one JSON object')
  for (const [flags, text, value] of options) command.option(flags, text, value)
  const key = 'keyFile' in table ? 'OPINE_KEY=0x... ' : ''
  const place = '--rpc ws://127.0.0.1:8545 --deployment deployment.json'
  command.addHelpText('after', `\nExamples:\n  ${key}opine ${service} ${name} ${example}${example ? ' ' : ''}${place}`)
  command.action((...given) => (argument ? run(given[1] as Given, String(given[0])) : run(given[0] as Given, '')))
  return command
}
