import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { parseAmount } from '@opine/node-kit/config.ts'
import { dataSetting, SETTINGS } from '@opine/node-kit/daemon-settings.ts'
import type { Settings } from '@opine/node-kit/setting.ts'

/** What the operator's daemon is told. */
export const ORACLE_NODE_SETTINGS = {
  ...SETTINGS,
  data: dataSetting('.opine/oracle-node'),
  minFee: { argument: 'AMOUNT', default: '0', parse: parseAmount, description: 'least fee for which a request is answered' },
  maxBond: { argument: 'AMOUNT', parse: parseAmount, description: 'greatest bond that is locked for a request; unlimited if left out' },
  attest: {
    argument: 'VERSION',
    repeats: true,
    parse: parseVersion,
    description: 'id of a version on whose files this account stakes: attests it, renews that, answers demands for it',
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
