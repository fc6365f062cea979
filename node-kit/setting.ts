/** Variables of the process: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * One setting of a daemon. Its place in the table is its name everywhere: `feeCap` is the flag `--fee-cap`, the variable `OPINE_FEE_CAP` and
 * the file's key `feeCap`.
 * @property argument     what the help calls its value, such as `FILE`; a switch, which takes none, leaves it out
 * @property description  what it does, for help and documentation, without its default
 * @property parse        its value from text. @throws {Error} whose message quotes the text and says what is accepted
 * @property default      text that holds where nobody gives another
 * @property required     must be given
 * @property repeats      takes a list: the flag several times, a comma between values in the environment, an array in the file
 * @property number       may be a number in the file, where others must be text
 * @property show         hides from the text what is nobody's business; shows all if left out
 */
export type Setting<T = unknown> = {
  readonly argument?: string
  readonly description: string
  readonly parse: (text: string) => T
  readonly default?: string
  readonly required?: true
  readonly repeats?: true
  readonly number?: true
  readonly show?: (text: string) => string
}

export type Settings = Readonly<Record<string, Setting>>

/** What a program gets for each setting of a table: a list if it repeats, a value if there always is one. */
export type Values<S extends Settings> = { readonly [name in keyof S]: Value<S[name]> }

type Value<S extends Setting> = S extends { readonly repeats: true }
  ? readonly ReturnType<S['parse']>[]
  : S extends { readonly required: true } | { readonly default: string }
    ? ReturnType<S['parse']>
    : ReturnType<S['parse']> | undefined

/** feeCap -> --fee-cap */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** feeCap -> OPINE_FEE_CAP */
export const variableOf = (name: string): string => `OPINE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** A switch: off unless somebody turns it on. */
export const switchSetting = (description: string) => ({ description, parse: parseSwitch, default: 'false' }) as const satisfies Setting

function parseSwitch(text: string): boolean {
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw new Error(`"${text.slice(0, 80)}" is neither true nor false`)
}

/** Some settings of a table, in this order. */
export const pick = <S extends Settings, N extends keyof S>(table: S, ...names: readonly N[]): Pick<S, N> =>
  Object.fromEntries(names.map((name) => [name, table[name]])) as Pick<S, N>
