import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const PATIENCE_MS = 60_000

/** Where this machine's Chromium is; undefined where there is none. */
export const chromiumPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

export type OpenPage = { readonly page: Page; readonly close: () => Promise<void> }

/** A page in a browser of its own, whose profile is new and is deleted afterwards. */
export async function openPage(executablePath: string, url: string): Promise<OpenPage> {
  const profile = mkdtempSync(join(tmpdir(), 'opine-chromium-'))
  const remove = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  try {
    const context = await chromium.launchPersistentContext(profile, { executablePath, args: FLAGS, headless: true, timeout: PATIENCE_MS })
    context.setDefaultTimeout(PATIENCE_MS)
    const close = (): Promise<void> => context.close().finally(remove)
    try {
      const page = context.pages()[0] ?? (await context.newPage())
      await page.goto(url)
      return { page, close }
    } catch (error) {
      await close()
      throw error
    }
  } catch (error) {
    remove()
    throw error
  }
}
