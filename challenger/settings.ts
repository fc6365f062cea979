import { parseAddress, parseRpcUrl } from '@opine/node-kit/config.ts'
import { dataSetting, SETTINGS } from '@opine/node-kit/daemon-settings.ts'
import { type Settings, switchSetting } from '@opine/node-kit/setting.ts'

/** What the watcher's daemon is told. */
export const CHALLENGER_SETTINGS = {
  ...SETTINGS,
  data: dataSetting('.opine/challenger'),
  peer: {
    argument: 'ACCOUNT=URL',
    repeats: true,
    parse: parsePeer,
    description: 'where an asserter serves its traces, in place of what it announced on chain',
  },
  noPeers: switchSetting('ask no asserter for its trace, play all games turn by turn'),
  watchtower: switchSetting('only raise the alarm: no key, no bonds; its data is in .opine/watchtower'),
} as const satisfies Settings

/** The same for a watchtower, whose state is nobody's account's. */
export const WATCHTOWER_SETTINGS = { ...CHALLENGER_SETTINGS, data: dataSetting('.opine/watchtower') } as const

/** @returns the account and where it serves */
function parsePeer(text: string): readonly [account: string, url: string] {
  const at = text.indexOf('=')
  if (at < 0) throw new Error(`"${text.slice(0, 80)}" is no peer; write ACCOUNT=URL`)
  return [parseAddress(text.slice(0, at)), parseRpcUrl(text.slice(at + 1))]
}
