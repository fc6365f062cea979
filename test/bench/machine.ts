import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os'

/** The kind of this machine, in words. */
export const machine = (): string => {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown'
  return `${availableParallelism()} cores of "${model}", ${platform()} ${arch()}, Node ${process.versions.node}`
}

/** How busy the machine was, for whoever wonders about a figure: processes that want to run, over the last minute. */
export const load = (): string => loadavg()[0]!.toFixed(1)
