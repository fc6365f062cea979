import { OpineError } from '@opine/dispute-game/errors.ts'
import type { ProtocolTerms } from '@opine/node-kit/protocol-terms.ts'
import { type Command, InvalidArgumentError } from 'commander'
import { parseUnits } from 'ethers'
import { ether } from '../chain/money.ts'
import { readFile } from '../files.ts'
import { address, whole } from '../options.ts'

type Parse = (text: string) => number | bigint | string
type Term = {
  readonly flag: string
  readonly text: string
  readonly parse: Parse
  readonly standard: string | null
  readonly says?: string
}

const seconds = whole(0, 2 ** 31)
const gwei = (text: string): bigint => parseUnits(`${whole(1, 10_000)(text)}`, 'gwei')

/** What `opine deploy` can be told, by the names of `ProtocolTerms`: as flags, or in a file. Standards are those of a chain with real money. */
export const TERMS = {
  clock: { flag: '--clock <seconds>', text: 'time of each side of a game in all', parse: seconds, standard: '86400' },
  extension: { flag: '--extension <seconds>', text: 'time that each turn has at least', parse: seconds, standard: '3600' },
  gameBond: { flag: '--game-bond <ether>', text: 'bond of a challenger', parse: ether, standard: '0.1' },
  minBond: { flag: '--min-bond <ether>', text: 'least bond of an assertion', parse: ether, standard: '0.1' },
  gasPrice: { flag: '--gas-price <gwei>', text: 'governed price of gas, for prepaid callbacks and bonds', parse: gwei, standard: '1' },
  claimWindow: { flag: '--claim-window <seconds>', text: 'time in which rewards are claimed', parse: seconds, standard: '86400' },
  governor: {
    flag: '--governor <address>',
    text: 'who may change these numbers later, within bounds',
    parse: address,
    standard: null,
    says: 'the deployer',
  },
  guardian: {
    flag: '--guardian <address>',
    text: 'who may freeze withdrawals for a bounded time',
    parse: address,
    standard: null,
    says: 'the governor',
  },
  timelock: {
    flag: '--timelock <seconds>',
    text: 'time between the announcement and the execution of a change',
    parse: seconds,
    standard: '172800',
  },
  airGap: {
    flag: '--air-gap <seconds>',
    text: 'time that payouts wait at least; at most twice as long',
    parse: seconds,
    standard: '86400',
  },
  unbondingDelay: {
    flag: '--unbonding-delay <seconds>',
    text: 'time between the beginning and the end of unstaking',
    parse: seconds,
    standard: '604800',
  },
  maxFreeze: { flag: '--max-freeze <seconds>', text: 'time for which a freeze holds', parse: seconds, standard: '604800' },
  exposureBps: {
    flag: '--exposure-bps <n>',
    text: 'most of a stake that may be locked, in hundredths of a percent',
    parse: whole(1, 10_000),
    standard: '10000',
  },
  attestations: {
    flag: '--attestations <n>',
    text: 'operators that must attest a version before it is active',
    parse: whole(0, 16),
    standard: '0',
  },
  attestationStake: { flag: '--attestation-stake <ether>', text: 'what each of them locks', parse: ether, standard: '0.1' },
  sequencerFeed: {
    flag: '--sequencer-feed <address>',
    text: 'on a rollup, the uptime feed of its sequencer: clocks stand still while it is down',
    parse: address,
    standard: null,
    says: 'none',
  },
} as const satisfies { readonly [name in keyof ProtocolTerms]?: Term }

type Name = keyof typeof TERMS
const ENTRIES = Object.entries(TERMS) as [Name, Term][]

/** Adds a flag for each term, and `--terms`. */
export function withTerms(command: Command): Command {
  for (const [, { flag, text, parse, standard, says }] of ENTRIES) {
    const usual = standard === null ? `; ${says} if left out` : ` (default: ${standard})`
    command.option(flag, `${text}${usual}`, parse)
  }
  return command.option(
    '--terms <file>',
    'JSON file with these terms by their names, such as {"clock": 86400, "minBond": "0.1"}; flags go before',
  )
}

/**
 * Terms from flags, then from the file, then the standards.
 * @throws {OpineError} `TERMS_FILE`, naming the term
 */
export function readTerms(flags: Readonly<Record<string, unknown>>): ProtocolTerms {
  const file = typeof flags.terms === 'string' ? flags.terms : null
  const given = file === null ? {} : parseFile(file)
  const chosen = ENTRIES.map(([name, { parse, standard }]) => {
    if (flags[name] !== undefined) return [name, flags[name]]
    if (Object.hasOwn(given, name)) return [name, parseTerm(file!, name, parse, given[name])]
    return [name, standard === null ? undefined : parse(standard)]
  })
  return Object.fromEntries(chosen.filter(([, value]) => value !== undefined)) as ProtocolTerms
}

function parseFile(file: string): Readonly<Record<string, unknown>> {
  let json: unknown
  try {
    json = JSON.parse(readFile(file).toString('utf8'))
  } catch (cause) {
    if (cause instanceof OpineError) throw cause
    throw new OpineError('TERMS_FILE', `${file} is not JSON: ${(cause as Error).message}`, { file })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new OpineError('TERMS_FILE', `${file} must hold an object such as {"clock": 86400}`, { file })
  }
  const unknown = Object.keys(json).find((name) => !Object.hasOwn(TERMS, name))
  if (unknown === undefined) return json as Record<string, unknown>
  throw new OpineError('TERMS_FILE', `${file} has a term "${unknown}" that there is not; there are ${Object.keys(TERMS).join(', ')}`, {
    file,
  })
}

function parseTerm(file: string, name: string, parse: Parse, value: unknown): ReturnType<Parse> {
  try {
    return parse(String(value))
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause
    throw new OpineError('TERMS_FILE', `${file}, "${name}": ${cause.message}`, { file, term: name })
  }
}
