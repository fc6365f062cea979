import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where Debian's Chromium keeps SwiftShader, a software Vulkan driver; the folder has the loader beside it. */
const DRIVERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
]

/** Environment of a process that shall find a software GPU; undefined where this machine has none. */
export function softwareGpu(): NodeJS.ProcessEnv | undefined {
  const driver = [process.env.OPINE_VULKAN_DRIVER ?? '', ...DRIVERS].find((file) => file !== '' && existsSync(file))
  if (driver === undefined) return undefined
  const folder = dirname(driver)
  const libraries = existsSync(join(folder, 'libvulkan.so.1')) ? { LD_LIBRARY_PATH: folder } : {}
  return {
    ...process.env,
    ...libraries,
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver,
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp',
  }
}
