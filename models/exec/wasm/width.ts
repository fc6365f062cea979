/** How many numbers of 32 bits the engine computes at a time: WebAssembly's 4, or 8 where it joins neighbouring vectors into wider ones. */
export type Width = 4 | 8

/**
 * The engine of this thread.
 * @property width      what tiles are made for; it changes no bit, only the time
 * @property compiling  has the engine join vectors, where it does, in the module that `compile` makes
 */
export type Engine = { readonly width: Width; readonly compiling: <T>(compile: () => T) => T }

/** WebAssembly as any engine runs it. */
export const PLAIN_ENGINE: Engine = { width: 4, compiling: (compile) => compile() }

let engine = PLAIN_ENGINE

export const engineHere = (): Engine => engine

/** Programs are compiled for this engine from now on. */
export function useEngine(other: Engine): void {
  engine = other
}

/** What is compiled in `work`, which returns before anything else of this thread runs, is for this engine. */
export function withEngine<T>(other: Engine, work: () => T): T {
  const before = engine
  engine = other
  try {
    return work()
  } finally {
    engine = before
  }
}
