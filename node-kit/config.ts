import { OpineError } from '@opine/dispute-game/errors.ts'
import { getAddress, isAddress, parseUnits } from 'ethers'

/** Where a setting comes from: a flag, else the environment variable, else its default. */
export type Setting<T> = {
  readonly flag: string
  readonly env?: string
  readonly parse: (text: string) => T
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads one setting. Empty text counts as not given.
 * @throws {OpineError} `CONFIG_INVALID`, naming the setting, where it was given, and what is accepted
 */
export function readSetting<T>(setting: Setting<T>, given: string | undefined, env: Environment): T | undefined {
  const fromFlag = given !== undefined
  const text = fromFlag ? given : setting.env === undefined ? undefined : env[setting.env]
  if (text === undefined || (!fromFlag && text === '')) return undefined
  try {
    return setting.parse(text)
  } catch (cause) {
    const source = fromFlag ? setting.flag : `${setting.env} (environment)`
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new OpineError('CONFIG_INVALID', `${source}: ${reason}`, { setting: setting.flag }, { cause })
  }
}

/** The same for a setting that must be given. @throws {OpineError} `CONFIG_MISSING`, `CONFIG_INVALID` */
export function requireSetting<T>(setting: Setting<T>, given: string | undefined, env: Environment): T {
  const value = readSetting(setting, given, env)
  if (value !== undefined) return value
  const environment = setting.env === undefined ? '' : ` or set ${setting.env}`
  throw new OpineError('CONFIG_MISSING', `${setting.flag} is not given; give ${setting.flag}${environment}`, { setting: setting.flag })
}

const quoted = (text: string): string => `"${text.slice(0, 80)}"`

/** A WebSocket address. */
export function parseRpcUrl(text: string): string {
  if (URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol)) return text
  throw new Error(`${quoted(text)} is no WebSocket address; write ws://HOST:PORT or wss://HOST`)
}

/** A whole number within bounds. */
export const parseWhole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new Error(`${quoted(text)} is no whole number from ${least} to ${most}`)
  }

/** An amount of value: `0.5`, `0.5ether`, `20gwei` or `1000wei`. @returns wei */
export function parseAmount(text: string): bigint {
  const [, number, unit = 'ether'] = /^([0-9]{1,30}(?:\.[0-9]{1,18})?)\s*(ether|gwei|wei)?$/.exec(text) ?? []
  try {
    if (number !== undefined) return parseUnits(number, unit)
  } catch {
    // Too many digits after the point for the unit; said below.
  }
  throw new Error(`${quoted(text)} is no amount; write for example 0.5, 0.5ether, 20gwei or 1000wei`)
}

/** An account or contract, checksum verified where there is one. */
export function parseAddress(text: string): string {
  if (isAddress(text)) return getAddress(text)
  throw new Error(`${quoted(text)} is no address; write 0x and 40 hexadecimal digits`)
}

/** One of a few words. */
export const parseChoice =
  <T extends string>(...choices: readonly T[]) =>
  (text: string): T => {
    const choice = choices.find((word) => word === text)
    if (choice !== undefined) return choice
    throw new Error(`${quoted(text)} is not one of ${choices.join(', ')}`)
  }
