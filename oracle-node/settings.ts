import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { parseAmount, parseRpcUrl, parseWhole } from '@opine/node-kit/config.ts'
import { dataSetting, SETTINGS } from '@opine/node-kit/daemon-settings.ts'
import { parseListen } from '@opine/node-kit/listen.ts'
import type { Settings } from '@opine/node-kit/setting.ts'

/** What the operator's daemon is told. */
export const ORACLE_NODE_SETTINGS = {
  ...SETTINGS,
  data: dataSetting('.opine/oracle-node'),
  minFee: { argument: 'AMOUNT', default: '0', parse: parseAmount, description: 'least fee for which a request is answered' },
  maxBond: { argument: 'AMOUNT', parse: parseAmount, description: 'greatest bond that is locked for a request; unlimited if left out' },
  confirmations: {
    argument: 'N',
    default: '0',
    number: true,
    parse: parseWhole(0, 64),
    description: 'blocks on top of a request before it is answered: what the answer says is public even if the request is taken back',
  },
  attest: {
    argument: 'VERSION',
    repeats: true,
    parse: parseVersion,
    description: 'id of a version on whose files this account stakes: attests it, renews that, answers demands for it',
  },
  serve: {
    argument: 'HOST:PORT',
    parse: parseListen,
    description: 'serve own traces to challengers there, so that who finds one false needs no turn of this account',
  },
  publicUrl: {
    argument: 'URL',
    parse: parseEndpoint,
    description: 'ws:// or wss:// address under which challengers reach --serve; announced on chain',
  },
  lie: {
    argument: 'SPEC',
    parse: parseLie,
    description: 'assert and defend a falsified trace, e.g. random:SEED; for demonstrations alone, the bond will be lost',
  },
} as const satisfies Settings

function parseVersion(text: string): Hex {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text as Hex
  throw new Error(`expected a version id as opine model register prints it, got "${text.slice(0, 70)}"`)
}

/** An address that fits an announcement on chain, and holds no secret: everybody reads it. */
function parseEndpoint(text: string): string {
  const { username, password } = new URL(parseRpcUrl(text))
  if (username || password) throw new Error('it holds a user or a password, which everybody could read on chain')
  if (new TextEncoder().encode(text).length > 256) throw new Error('it is longer than 256 bytes, the most that can be announced')
  return text
}
