import { CHALLENGER_SETTINGS } from '../../challenger/settings.ts'
import { flagOf, type Setting, type Settings, variableOf } from '../../node-kit/setting.ts'
import { ORACLE_NODE_SETTINGS } from '../../oracle-node/settings.ts'

const HEAD = `# Settings of the daemons

Written by \`npm run settings\` from the tables that the daemons read; a test keeps it current.

Each setting is a flag, a variable of the environment, or a key of a JSON file that \`--config FILE\` or \`OPINE_CONFIG\` names. A flag is stronger than
a variable, that is stronger than the file, and that is stronger than the default; a list replaces a weaker list. \`--print-config\` prints what
holds, and where each value comes from, and ends; at every start the same is logged as one line \`configuration\`.

\`\`\`json
{ "rpc": "wss://node.example", "deployment": "deployment.json", "model": ["a.opine", "b.onnx"], "feeCap": "200gwei", "poll": 4000 }
\`\`\`

In the file, numbers of milliseconds, bytes and the like are JSON numbers, switches are \`true\` or \`false\`, lists are arrays, and everything else is
text: amounts too (\`"0.5"\` ether, \`"20gwei"\`, \`"1000wei"\`). In the environment a list's values are separated by commas. Paths are relative to where
the daemon was started. An unknown key or a wrong type is refused.

Keys and passwords are never flags, nor in the file: \`OPINE_KEY\` holds a plain private key, or several separated by commas; \`OPINE_KEY_PASSWORD\`
is the password of every keystore that \`keyFile\` names. The first key is the daemon's account, which stakes and plays; the others help it.
`

/** The page about every setting of both daemons. */
export function settingsPage(): string {
  const shared = Object.keys(ORACLE_NODE_SETTINGS).filter((name) => sameEverywhere(name))
  const own = (table: Settings): Settings => Object.fromEntries(Object.entries(table).filter(([name]) => !shared.includes(name)))
  const common: Settings = Object.fromEntries(Object.entries(ORACLE_NODE_SETTINGS).filter(([name]) => shared.includes(name)))
  return [
    HEAD,
    section('Both daemons', common),
    section('`opine oracle-node run`', own(ORACLE_NODE_SETTINGS)),
    section('`opine challenger run`', own(CHALLENGER_SETTINGS)),
  ].join('\n')
}

function sameEverywhere(name: string): boolean {
  const [here, there]: [Settings, Settings] = [ORACLE_NODE_SETTINGS, CHALLENGER_SETTINGS]
  return here[name] === there[name]
}

function section(title: string, table: Settings): string {
  const rows = Object.entries(table).map(([name, setting]) => `| ${cells(name, setting).join(' | ')} |\n`)
  return `## ${title}\n\n| key | flag | variable | default | what it is |\n|---|---|---|---|---|\n${rows.join('')}`
}

function cells(name: string, setting: Setting): string[] {
  const flag = setting.argument === undefined ? flagOf(name) : `${flagOf(name)} ${setting.argument}`
  const fallback = setting.required ? 'required' : setting.default === undefined ? '' : `\`${setting.default}\``
  const description = `${setting.description}${setting.repeats ? '; repeatable' : ''}`.replaceAll('|', '\\|')
  return [`\`${name}\``, `\`${flag}\``, `\`${variableOf(name)}\``, fallback, description]
}
