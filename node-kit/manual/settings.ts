import { type DaemonTable, SETTINGS } from '../daemon-settings.ts'
import { pick } from '../setting.ts'

const { argument, repeats, parse, description } = SETTINGS.model
/** Without models nothing is re-run. */
const model = { argument, repeats, parse, description } as const

/** What commands are told that only look. */
export const lookingSettings = (table: DaemonTable) => ({
  ...pick(table, 'rpc', 'deployment', 'data', 'ipfsGateway', 'modelLimit', 'privateUris'),
  model,
})

/** What commands are told that speak of an account. */
export const owningSettings = (table: DaemonTable) =>
  pick(table, 'rpc', 'deployment', 'keyFile', 'signer', 'signerAccount', 'data', 'feeCap')

/** What commands are told that decide on a transaction, and may send it. */
export const actingSettings = (table: DaemonTable) =>
  pick(
    table,
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
