import { flagOf, type Setting, type Settings, variableOf } from './setting.ts'

type Texts = readonly string[] | undefined

/** What takes options: a command of commander. */
export type OptionTaker = {
  option(flags: string, description: string, value?: string): unknown
  option(flags: string, description: string, collect: (text: string, before: Texts) => Texts): unknown
}

/** Gives a command the flags of a table of settings, `--config` and `--print-config`; their texts come out of it by the settings' names. */
export function addSettings(command: OptionTaker, table: Settings): void {
  for (const [name, setting] of Object.entries(table)) {
    const { flags, description } = helpOf(name, setting)
    if (setting.repeats) command.option(flags, description, (text, before = []) => [...before, text])
    else command.option(flags, description)
  }
  command.option('--config <FILE>', 'JSON file with these settings, e.g. { "feeCap": "200gwei" } (OPINE_CONFIG)')
  command.option('--print-config', 'print the effective configuration, and where each value comes from, and end')
}

function helpOf(name: string, setting: Setting): { readonly flags: string; readonly description: string } {
  const flags = setting.argument === undefined ? flagOf(name) : `${flagOf(name)} <${setting.argument}>`
  return { flags, description: `${setting.description} (${[variableOf(name), ...traits(setting)].join('; ')})` }
}

const traits = (setting: Setting): string[] => [
  ...(setting.required ? ['required'] : []),
  ...(setting.repeats ? ['repeatable'] : []),
  ...(setting.default === undefined || setting.argument === undefined ? [] : [`default ${setting.default}`]),
]
