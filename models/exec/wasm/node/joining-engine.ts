import { type Engine, PLAIN_ENGINE, useEngine } from '../width.ts'

/** What Node offers without an import, which browsers could not follow. */
type NodeProcess = {
  readonly platform: string
  readonly arch: string
  readonly config: { readonly variables: object }
  readonly getBuiltinModule: (name: string) => unknown
}

/** A machine with its engine. @property cpu  what the processor can do, as Linux tells it */
export type Host = { readonly platform: string; readonly arch: string; readonly variables: object; readonly cpu: () => string }

const nodeProcess = (): NodeProcess | undefined => (globalThis as { readonly process?: NodeProcess }).process

function thisHost(): Host | null {
  const node = nodeProcess()
  if (typeof node?.getBuiltinModule !== 'function') return null
  const files = node.getBuiltinModule('node:fs') as { readonly readFileSync: (path: string, encoding: 'utf8') => string }
  return {
    platform: node.platform,
    arch: node.arch,
    variables: node.config.variables,
    cpu: () => files.readFileSync('/proc/cpuinfo', 'utf8'),
  }
}

/**
 * Whether the engine was built with the pass that computes two neighbouring vectors of 128 bits as one of 256, and the processor has such
 * vectors. Where that cannot be known, no.
 */
export function canJoinVectors(host: Host | null = thisHost()): boolean {
  if (host?.platform !== 'linux' || host.arch !== 'x64') return false
  const { variables } = host
  return (
    'v8_enable_wasm_simd256_revec' in variables && variables.v8_enable_wasm_simd256_revec === 1 && /^flags\s*:.*\bavx2\b/m.test(host.cpu())
  )
}

/** Off, all functions are compiled by the optimising compiler, at once: else quick code comes first, which is replaced when it has run a while. */
const LATER = ['liftoff', 'wasm-lazy-compilation']
/** The pass, off by default: it is on for the modules that are compiled under `compiling`, and stays off for all others. */
const JOIN = 'experimental-wasm-revectorize'

function compiling<T>(compile: () => T): T {
  const { setFlagsFromString } = nodeProcess()!.getBuiltinModule('node:v8') as { readonly setFlagsFromString: (flag: string) => void }
  for (const flag of LATER) setFlagsFromString(`--no-${flag}`)
  setFlagsFromString(`--${JOIN}`)
  try {
    return compile()
  } finally {
    setFlagsFromString(`--no-${JOIN}`)
    for (const flag of LATER) setFlagsFromString(`--${flag}`)
  }
}

/**
 * Has V8 join vectors; its bits are WebAssembly's. What is compiled so is kept from all that the pass, which V8 calls experimental, is known to
 * get wrong, see `join.ts`.
 */
export const JOINING_ENGINE: Engine = { width: 8, compiling }

/** Programs that this thread compiles from now on are for vectors of 256 bits, where the machine has them. @returns whether it has */
export function useJoinedVectors(host: Host | null = thisHost()): boolean {
  const can = canJoinVectors(host)
  useEngine(can ? JOINING_ENGINE : PLAIN_ENGINE)
  return can
}
