import type { Scene } from './scene.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a daemon knows without a transaction, by the event of its log. */
const THOUGHTS: Readonly<Record<string, (fields: Fields, scene: Scene) => string>> = {
  lying: () => 'told to lie',
  assertionFalse: ({ asserter }, scene) => `the answer of the ${scene.who(String(asserter))} is false`,
  assertionTrue: ({ asserter }, scene) => `the answer of the ${scene.who(String(asserter))} is true`,
  outOfTime: () => 'out of time',
  taskFailed: ({ code, message }) => `${code}: ${message}`,
  transactionLost: ({ move }) => `a transaction is lost: ${move}`,
}

/** A log line as one clause; undefined for what the transactions tell anyway, and for what is no log line. */
export function thought(line: string, scene: Scene): string | undefined {
  try {
    const fields = JSON.parse(line) as Fields
    return THOUGHTS[String(fields.event)]?.(fields, scene)
  } catch {
    return undefined
  }
}
