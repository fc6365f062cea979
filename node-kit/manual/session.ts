import { OpineError } from '@opine/dispute-game/errors.ts'
import { parseAddress } from '../config.ts'
import { configText } from '../config-report.ts'
import { type Given, readConfiguration } from '../configuration.ts'
import { SETTINGS } from '../daemon-settings.ts'
import { etherText } from '../money.ts'
import { useNativeHashing } from '../native-hash.ts'
import { grouped, print, printJson, table } from '../print.ts'
import { pick, type Settings, type Values } from '../setting.ts'
import { type AccountSettings, openAccounts } from '../signing-accounts.ts'
import type { Proposal } from './deed.ts'
import { type View, withView } from './view.ts'

/** What a command says, for programs and for people. */
export type Answer = { readonly json: object; readonly text: readonly string[] }

const PLACE = pick(SETTINGS, 'rpc', 'deployment')

/**
 * Runs a command of a person: reads its settings, looks at the chain, and prints the answer, with `--json` as one object.
 * @param table  its settings, `rpc` and `deployment` among them
 * @param known  what the configuration file may have: the daemon's settings
 * @throws {OpineError} those of `readConfiguration` and `withView`, and whatever `work` throws
 */
export async function answer<S extends Settings>(
  table: S,
  known: Settings,
  given: Given,
  work: (view: View, settings: Values<S>) => Promise<Answer> | Answer,
): Promise<void> {
  const { values, effective } = readConfiguration(table, given, process.env, known)
  if (given.printConfig === true) {
    process.stdout.write(configText(effective, given.json === true ? 'json' : 'text'))
    return
  }
  const place = readConfiguration(PLACE, given, process.env, known).values
  await withView(place, async (view) => {
    useNativeHashing(view.log)
    const { json, text } = await work(view, values)
    if (given.json === true) printJson(json)
    else print(...text)
  })
}

/** The account that a command speaks of: `--account`, else that of the key. @throws {OpineError} `ACCOUNT_INVALID`, those of `openAccounts` */
export async function accountOf(given: Given, settings: AccountSettings): Promise<string> {
  return namedAccount(given) ?? (await openAccounts(settings, process.env))[0].address
}

/** The account that `--account` names; null without it. @throws {OpineError} `ACCOUNT_INVALID` */
export function namedAccount({ account }: Given): string | null {
  if (typeof account !== 'string') return null
  try {
    return parseAddress(account)
  } catch (cause) {
    throw new OpineError('ACCOUNT_INVALID', `--account: ${(cause as Error).message}`, { account }, { cause })
  }
}

/** What would be sent, or was. @param nothing  why there is nothing to do */
export function proposalAnswer(deed: Proposal | null, nothing: string): Answer {
  if (!deed) return { json: { move: null, reason: nothing }, text: [nothing] }
  const { facts, key, to, data, value = 0n, gas, sent } = deed
  const rows = Object.entries(facts).map(([name, fact]) => [name, `${typeof fact === 'object' ? JSON.stringify(fact) : fact} `])
  rows.push(['to', `${to} `], ['calldata', `${grouped((data.length - 2) / 2)} bytes `])
  if (value > 0n) rows.push(['value', `${etherText(value)} `])
  rows.push(['gas limit', `${grouped(gas)} `])
  if (sent) rows.push(['mined', `${sent.hash} in block ${sent.block}, ${grouped(sent.gasUsed)} gas `])
  const hint = sent ? [] : ['', 'not sent: this is what --send would do']
  return { json: { move: facts, key, to, data, value, gas, sent }, text: [...table(rows), ...hint] }
}

/** Milliseconds of `--wait`. @throws {OpineError} `WAIT_INVALID` */
export function waitOf({ wait }: Given): number {
  if (/^[1-9][0-9]{0,4}$/.test(String(wait))) return 1000 * Number(wait)
  throw new OpineError('WAIT_INVALID', `--wait: "${String(wait).slice(0, 40)}" is no number of seconds from 1 to 99999`, { wait })
}
