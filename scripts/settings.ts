/** Writes docs/settings.md from the tables of the daemons' settings: `npm run settings`. */
import { writeFileSync } from 'node:fs'
import { settingsPage } from './settings/page.ts'

writeFileSync('docs/settings.md', settingsPage())
