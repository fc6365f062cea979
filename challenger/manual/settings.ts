import { SETTINGS } from '@opine/node-kit/daemon-settings.ts'
import { pick, type Settings } from '@opine/node-kit/setting.ts'
import { CHALLENGER_SETTINGS } from '../settings.ts'

const { argument, repeats, parse, description } = SETTINGS.model
/** Without models nothing is re-run. */
const model = { argument, repeats, parse, description } as const

/** What commands are told that only look. */
export const LOOKING = {
  ...pick(CHALLENGER_SETTINGS, 'rpc', 'deployment', 'data', 'ipfsGateway', 'modelLimit', 'privateUris'),
  model,
} as const satisfies Settings

/** What commands are told that speak of an account. */
export const OWNING = pick(CHALLENGER_SETTINGS, 'rpc', 'deployment', 'keyFile', 'signer', 'signerAccount', 'data', 'feeCap')

/** What commands are told that decide on a transaction, and may send it. */
export const ACTING = pick(
  CHALLENGER_SETTINGS,
  'rpc',
  'deployment',
  'keyFile',
  'signer',
  'signerAccount',
  'data',
  'model',
  'ipfsGateway',
  'modelLimit',
  'privateUris',
  'feeCap',
)
