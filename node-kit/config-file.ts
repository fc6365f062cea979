import { readFileSync } from 'node:fs'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { nearest } from './nearest.ts'
import type { Setting, Settings } from './setting.ts'

/** Texts by name, a list for a setting that repeats. */
export type FileValues = ReadonlyMap<string, readonly string[]>

/**
 * Reads a configuration file: one JSON object with the settings' names as keys.
 * @param known  settings that it may have
 * @throws {OpineError} `CONFIG_UNREADABLE`; `CONFIG_FILE` if it is no such object, has an unknown key, or a value of a wrong type
 */
export function readConfigFile(path: string, known: Settings): FileValues {
  const entries = Object.entries(parseObject(path, readText(path)))
  return new Map(
    entries.map(([key, value]) => {
      const setting = Object.hasOwn(known, key) ? known[key] : undefined
      if (setting) return [key, textsOf(path, key, value, setting)]
      throw new OpineError('CONFIG_FILE', `${path}: ${unknownKey(key, Object.keys(known))}`, { path, key })
    }),
  )
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code
    throw new OpineError('CONFIG_UNREADABLE', `${path} cannot be read (${reason}); check --config (OPINE_CONFIG)`, { path }, { cause })
  }
}

function parseObject(path: string, text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    // The cause's message would quote the file.
    const position = / at position \d+/.exec((cause as Error).message)?.[0] ?? ''
    throw new OpineError('CONFIG_FILE', `${path} is no JSON${position}; write { "rpc": "ws://...", "poll": 4000 }`, { path })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new OpineError('CONFIG_FILE', `${path} must hold one JSON object; write { "rpc": "ws://...", "poll": 4000 }`, { path })
}

const SECRETS = /key$|password|secret|mnemonic/i

function unknownKey(key: string, known: readonly string[]): string {
  const named = `there is no setting "${key.slice(0, 40)}"`
  if (SECRETS.test(key)) return `${named}; keys and passwords are never in this file: give keyFile, or set OPINE_KEY or OPINE_KEY_PASSWORD`
  return `${named}; the nearest is "${nearest(key, known)}"`
}

function textsOf(path: string, key: string, value: unknown, setting: Setting): readonly string[] {
  const accepted = setting.argument === undefined ? 'boolean' : 'string'
  const isText = (each: unknown): boolean => typeof each === accepted || (setting.number === true && typeof each === 'number')
  const all: unknown[] = setting.repeats === true && Array.isArray(value) ? value : [value]
  if (all.every(isText)) return all.map(String)
  const [wrong] = all.filter((each) => !isText(each))
  const got = all === value ? `a list with ${kindOf(wrong)}` : kindOf(value)
  const wanted =
    setting.argument === undefined ? 'true or false' : setting.number ? 'a number' : setting.repeats ? 'a list of texts' : 'a text'
  throw new OpineError('CONFIG_FILE', `${path}: "${key}" must be ${wanted}, got ${got}`, { path, key })
}

const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'string' ? 'a text' : typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`
}
