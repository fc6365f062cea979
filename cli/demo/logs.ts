import type { Scene } from './scene.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a daemon knows without a transaction, by the event of its log. */
const THOUGHTS: Readonly<Record<string, (fields: Fields, scene: Scene) => string | undefined>> = {
  lying: () => 'told to lie',
  assertionFalse: ({ asserter }, scene) => `the answer of the ${scene.who(String(asserter))} is false`,
  assertionTrue: ({ asserter }, scene) => `the answer of the ${scene.who(String(asserter))} is true`,
  proofGathered: ({ moves, ms }) => `the liar's own server told enough for a proof of ${moves} moves, in ${ms} ms`,
  proofFailed: ({ message }) => `no proof in one go: ${message}`,
  outOfTime: () => 'out of time',
  providerRefused: ({ message }) => String(message),
  executorChosen: ({ provider, why, orderFree }) => {
    // What is not in exact integers is ours to run in any case.
    if (provider === 'wasm' && Number(orderFree ?? 0) < 0.5) return undefined
    return `models run on ${provider === 'wasm' ? 'our own code' : `the stock runtime's provider "${provider}"`}: ${why}`
  },
  // Who loses a race for a move is refused, and goes on; what was mined is told as such.
  taskFailed: ({ code, message }) => (code === 'MOVE_REFUSED' || code === 'MOVE_REVERTED' ? undefined : `${code}: ${message}`),
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

/** Whether a log line says what runs models. */
export const isAboutComputing = (line: string): boolean =>
  line.includes('"event":"executorChosen"') || line.includes('"event":"providerRefused"')
