import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Environment, parseAmount, parseChoice, parseRpcUrl, parseWhole, readSetting, requireSetting, type Setting } from './config.ts'
import type { Deployment } from './deployment.ts'
import { readDeployment } from './deployment-file.ts'
import type { Level, LogFormat } from './log.ts'

type Described<T> = Setting<T> & { readonly argument: string; readonly description: string }

const text = (value: string): string => {
  if (value === '') throw new Error('it is empty')
  return value
}

/** What both daemons are told, by flag or environment. Commander names the values as `rpc`, `logLevel`. */
export const SETTINGS = {
  rpc: { flag: '--rpc', argument: 'URL', env: 'OPINE_RPC', parse: parseRpcUrl, description: 'node, ws:// or wss://' },
  deployment: {
    flag: '--deployment',
    argument: 'FILE',
    env: 'OPINE_DEPLOYMENT',
    parse: text,
    description: 'where the protocol is deployed, as opine deploy wrote it',
  },
  keyFile: {
    flag: '--key-file',
    argument: 'FILE',
    env: 'OPINE_KEY_FILE',
    parse: text,
    description: 'key, plain or an encrypted keystore (OPINE_KEY_PASSWORD); else OPINE_KEY',
  },
  data: { flag: '--data', argument: 'DIR', env: 'OPINE_DATA', parse: text, description: 'folder of the durable state' },
  log: {
    flag: '--log',
    argument: 'FORMAT',
    env: 'OPINE_LOG',
    parse: parseChoice('json', 'text'),
    description: 'json or text, on standard error',
  },
  logLevel: {
    flag: '--log-level',
    argument: 'LEVEL',
    env: 'OPINE_LOG_LEVEL',
    parse: parseChoice('debug', 'info', 'warn', 'error'),
    description: 'least level: debug, info, warn, error',
  },
  poll: {
    flag: '--poll',
    argument: 'MS',
    env: 'OPINE_POLL',
    parse: parseWhole(10, 3_600_000),
    description: 'look at the chain at least this often, milliseconds',
  },
  feeCap: {
    flag: '--fee-cap',
    argument: 'AMOUNT',
    env: 'OPINE_FEE_CAP',
    parse: parseAmount,
    description: 'most that is offered for one gas, e.g. 200gwei',
  },
  withdraw: {
    flag: '--withdraw',
    argument: 'AMOUNT',
    env: 'OPINE_WITHDRAW',
    parse: parseAmount,
    description: 'send payouts to the own account from this amount on',
  },
} as const satisfies Record<string, Described<unknown>>

export type GivenSettings = { readonly [name in keyof typeof SETTINGS]?: string }

export type DaemonSettings = {
  readonly rpc: string
  readonly deployment: Deployment
  readonly data: string
  readonly log: LogFormat
  readonly logLevel: Level
  readonly poll: number
  readonly feeCap: bigint | undefined
  readonly withdraw: bigint | undefined
}

/**
 * Reads and checks the settings that both daemons share.
 * @param folder  default for `data`
 * @throws {OpineError} `CONFIG_MISSING`, `CONFIG_INVALID`, those of `readDeployment`
 */
export function readDaemonSettings(given: GivenSettings, env: Environment, folder: string): DaemonSettings {
  return {
    rpc: requireSetting(SETTINGS.rpc, given.rpc, env),
    deployment: readDeployment(requireSetting(SETTINGS.deployment, given.deployment, env)),
    data: readSetting(SETTINGS.data, given.data, env) ?? folder,
    log: readSetting(SETTINGS.log, given.log, env) ?? 'text',
    logLevel: readSetting(SETTINGS.logLevel, given.logLevel, env) ?? 'info',
    poll: readSetting(SETTINGS.poll, given.poll, env) ?? 4000,
    feeCap: readSetting(SETTINGS.feeCap, given.feeCap, env),
    withdraw: readSetting(SETTINGS.withdraw, given.withdraw, env),
  }
}

/** Flags with their arguments, and descriptions that name the environment, for a command line. */
export const settingFlags = (...names: readonly (keyof typeof SETTINGS)[]): (readonly [flags: string, description: string])[] =>
  names.map((name) => {
    const { flag, argument, description, env } = SETTINGS[name]
    return [`${flag} <${argument}>`, `${description} (${env})`] as const
  })

/** @throws {OpineError} `CONFIG_MISSING` */
export function requireModels(models: readonly string[]): readonly string[] {
  if (models.length > 0) return models
  throw new OpineError('CONFIG_MISSING', 'no model is given; give --model FILE, once for each, an ONNX or a program file', {
    setting: '--model',
  })
}
