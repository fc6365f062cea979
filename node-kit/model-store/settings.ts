import { parseHttpUrl, parseWhole, showUrl } from '../config.ts'
import { type Settings, switchSetting } from '../setting.ts'

/** How models are fetched. */
export const MODEL_STORE_SETTINGS = {
  ipfsGateway: {
    argument: 'URL',
    repeats: true,
    default: 'http://127.0.0.1:8080',
    parse: parseHttpUrl,
    show: showUrl,
    description: 'gateway of IPFS that serves raw blocks, which are verified; asked in this order',
  },
  modelLimit: {
    argument: 'MIB',
    default: '2047',
    number: true,
    parse: parseWhole(1, 1_000_000),
    description: 'most that a fetched model may have, with the files beside it, in MiB',
  },
  privateUris: switchSetting('fetch models also where the registry names an address in a private network'),
} as const satisfies Settings
