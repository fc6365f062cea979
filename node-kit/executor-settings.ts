import { parseChoice } from './config.ts'
import type { Fields, Log } from './log.ts'

const parseProvider = parseChoice('cpu', 'webgpu', 'cuda', 'coreml', 'dml')

/** Names of execution providers, first choice first. @throws {Error} for another name */
export const parseProviders = (text: string): string[] => text.split(',').map((name) => parseProvider(name.trim()))

/** Tells the log what an executor chose, and what it refused. */
export const logNote =
  (log: Pick<Log, 'info' | 'warn'>) =>
  ({ level, event, fields }: { readonly level: 'info' | 'warn'; readonly event: string; readonly fields: Fields }): void =>
    log[level](event, fields)
