import { OpineError } from '@opine/dispute-game/errors.ts'
import { type FileValues, readConfigFile } from './config-file.ts'
import { type Environment, flagOf, type Setting, type Settings, type Values, variableOf } from './setting.ts'

/** Where a value came from, strongest first. */
export type Origin = 'flag' | 'environment' | 'file' | 'default' | 'unset'

/** One line of the effective configuration. @property value  as text that may be shown to anybody; a list if the setting repeats */
export type Effective = { readonly name: string; readonly value: string | readonly string[] | undefined; readonly from: Origin }

export type Configuration<S extends Settings> = { readonly values: Values<S>; readonly effective: readonly Effective[] }

/** What the command line gave, by name: texts, lists of them, or whether a switch is on. */
export type Given = Readonly<Record<string, unknown>>

/**
 * Reads and checks settings: a flag is stronger than a variable, that is stronger than the configuration file, which is named by `--config` or
 * `OPINE_CONFIG`, and that is stronger than the default. A list replaces the weaker one. An empty variable counts as not given.
 * @param known  what the file may have, where a command needs only some of it
 * @throws {OpineError} `CONFIG_MISSING`; `CONFIG_INVALID`, naming the setting, where it was given, and what is accepted; those of `readConfigFile`
 */
export function readConfiguration<S extends Settings>(table: S, given: Given, env: Environment, known: Settings = table): Configuration<S> {
  const path = typeof given.config === 'string' ? given.config : env.OPINE_CONFIG || undefined
  const file: FileValues = path === undefined ? new Map() : readConfigFile(path, known)
  const read = Object.entries(table).map(([name, setting]) => {
    const [from, texts] = source(name, setting, given, env, file)
    const values = texts.map((text) => parseFrom(name, setting, text, from, path))
    if (values.length === 0 && setting.required) throw missing(name)
    const shown = texts.map(setting.show ?? String)
    const effective: Effective = { name, value: setting.repeats && from !== 'unset' ? shown : shown[0], from }
    return { name, value: setting.repeats ? values : values[0], effective }
  })
  const values = Object.fromEntries(read.map(({ name, value }) => [name, value])) as Values<S>
  return { values, effective: read.map(({ effective }) => effective) }
}

function source(name: string, setting: Setting, given: Given, env: Environment, file: FileValues): [Origin, readonly string[]] {
  const flag = flagTexts(name, given)
  if (flag !== undefined) return ['flag', flag]
  const variable = env[variableOf(name)]
  if (variable) return ['environment', setting.repeats ? variable.split(',').map((part) => part.trim()) : [variable]]
  const inFile = file.get(name)
  if (inFile !== undefined) return ['file', inFile]
  return setting.default === undefined ? ['unset', []] : ['default', [setting.default]]
}

/** The command line calls a switch `--no-peers` not `noPeers`, but `peers`, and turns that off. */
function flagTexts(name: string, given: Given): readonly string[] | undefined {
  const positive = /^no([A-Z])(.*)$/.exec(name)
  if (positive) return given[`${positive[1]!.toLowerCase()}${positive[2]}`] === false ? ['true'] : undefined
  const value = given[name]
  if (value === undefined) return undefined
  return Array.isArray(value) ? value.map(String) : [String(value)]
}

function parseFrom(name: string, setting: Setting, text: string, from: Origin, path: string | undefined): unknown {
  try {
    return setting.parse(text)
  } catch (cause) {
    const where = from === 'file' ? `${path}: "${name}"` : from === 'environment' ? `${variableOf(name)} (environment)` : flagOf(name)
    throw new OpineError(
      'CONFIG_INVALID',
      `${where}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { setting: name },
      { cause },
    )
  }
}

const missing = (name: string): OpineError =>
  new OpineError(
    'CONFIG_MISSING',
    `${flagOf(name)} is not given; give ${flagOf(name)}, set ${variableOf(name)}, or write "${name}" in the configuration file`,
    { setting: name },
  )
