import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { join } from 'node:path'
import { softwareGpu } from './software-gpu.ts'

/** What WebGPU runs on, and the environment of a process that finds it. */
export type Gpu = { readonly name: string; readonly env: NodeJS.ProcessEnv }

export const cpuName = (): string => cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown'

/** The first GPU on which the stock runtime runs a graph: this machine's, else software; null where there is none. */
export function findGpu(): Gpu | null {
  const software = softwareGpu()
  for (const env of [process.env, ...(software ? [software] : [])]) {
    const probe = spawnSync(process.execPath, [join(import.meta.dirname, 'gpu-child.ts')], { env, stdio: 'ignore', timeout: 60_000 })
    if (probe.status === 0) return { name: gpuName(env), env }
  }
  return null
}

const SOFTWARE = [
  [/swiftshader/i, 'software (SwiftShader)'],
  [/lvp|lavapipe|llvmpipe/i, 'software (llvmpipe)'],
] as const

/** The runtime does not tell; the driver that was named does, else the system. */
export function gpuName(env: NodeJS.ProcessEnv): string {
  const driver = (env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES ?? '').split(':')[0]!
  const library = driver !== '' && existsSync(driver) ? readFileSync(driver, 'utf8') : ''
  const [known] = SOFTWARE.filter(([pattern]) => pattern.test(library))
  if (known) return known[1]
  const nvidia = globSync('/proc/driver/nvidia/gpus/*/information').map(
    (file) => /^Model:\s*(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '',
  )
  const names = [...nvidia, ...(nvidia.length > 0 ? [] : told(env))].filter((name) => name !== '')
  const plain = names.map((name) => SOFTWARE.find(([pattern]) => pattern.test(name))?.[1] ?? name.trim())
  return [...new Set(plain)].join(' or ') || `unknown, ${process.platform} ${release()}`
}

function told(env: NodeJS.ProcessEnv): string[] {
  const [command, args, pattern] =
    process.platform === 'darwin'
      ? (['system_profiler', ['SPDisplaysDataType'], /Chipset Model:\s*(.+)/g] as const)
      : (['vulkaninfo', ['--summary'], /deviceName\s*=\s*(.+)/g] as const)
  try {
    const text = execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 })
    return [...text.matchAll(pattern)].map(([, name]) => name!)
  } catch {
    return []
  }
}
