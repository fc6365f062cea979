import { InvalidArgumentError } from 'commander'

/** A whole number of an option within these bounds, for commander. */
export const whole =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d{1,15}$/.test(text) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`expected a whole number from ${low} to ${high}, got "${text.slice(0, 40)}"`)
  }

/** A repeatable option of the form `name=value`, collected in order. */
export function pairs(text: string, before: readonly (readonly [string, string])[] = []): (readonly [string, string])[] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError(`expected name=value, got "${text.slice(0, 40)}"`)
  return [...before, [text.slice(0, at), text.slice(at + 1)]]
}
