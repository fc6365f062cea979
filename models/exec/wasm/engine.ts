import { OpineError } from '@opine/dispute-game/errors.ts'

/** The engine's WebAssembly: the compiler's library without the DOM has no types for it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => Module
  readonly Instance: new (module: Module, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (limits: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean }) => Memory
}

export type Module = object
export type Memory = { readonly buffer: ArrayBuffer | SharedArrayBuffer }

/** Of 64 KiB each. */
export const PAGE = 65536

export const moduleOf = (bytes: Uint8Array): Module => new WebAssembly.Module(bytes)

/** A memory of at least this many bytes, all zero. @param shared  by threads @throws {OpineError} `WASM_NO_MEMORY` */
export function memoryOf(bytes: number, shared = false): Memory {
  const initial = Math.ceil(bytes / PAGE)
  try {
    return new WebAssembly.Memory(shared ? { initial, maximum: initial, shared } : { initial })
  } catch (cause) {
    const message = `the engine refuses ${bytes} bytes of memory for a program (${cause}); let go of other programs, or use fewer`
    throw new OpineError('WASM_NO_MEMORY', message, { bytes }, { cause })
  }
}

/** The functions that the module exports, over this memory. */
export const functionsOf = (module: Module, memory: Memory): Readonly<Record<string, unknown>> =>
  new WebAssembly.Instance(module, { o: { m: memory } }).exports
