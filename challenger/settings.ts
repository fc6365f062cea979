import { dataSetting, SETTINGS } from '@opine/node-kit/daemon-settings.ts'
import { type Settings, switchSetting } from '@opine/node-kit/setting.ts'

/** What the watcher's daemon is told. */
export const CHALLENGER_SETTINGS = {
  ...SETTINGS,
  data: dataSetting('.opine/challenger'),
  watchtower: switchSetting('only raise the alarm: no key, no bonds; its data is in .opine/watchtower'),
} as const satisfies Settings

/** The same for a watchtower, whose state is nobody's account's. */
export const WATCHTOWER_SETTINGS = { ...CHALLENGER_SETTINGS, data: dataSetting('.opine/watchtower') } as const
