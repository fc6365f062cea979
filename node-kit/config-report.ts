import type { Effective } from './configuration.ts'
import type { Log, LogFormat } from './log.ts'

/** The effective configuration as text for people, a setting a line, or as one JSON object of the same. */
export function configText(effective: readonly Effective[], format: LogFormat): string {
  if (format === 'json') return `${JSON.stringify(asObject(effective))}\n`
  const rows = effective.map(({ name, value, from }) => [name, value === undefined ? '-' : [value].flat().join(', '), from] as const)
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map(([name, value, from]) => `${name.padEnd(widths[0]!)}  ${value.padEnd(widths[1]!)}  ${from}\n`).join('')
}

/** Says at the start what this process was told, in one line. */
export const logConfiguration = (effective: readonly Effective[], log: Log): void =>
  log.info('configuration', { settings: asObject(effective.filter(({ from }) => from !== 'unset')) })

const asObject = (effective: readonly Effective[]) =>
  Object.fromEntries(effective.map(({ name, value, from }) => [name, { value: value ?? null, from }]))
