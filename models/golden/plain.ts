import { OpineError } from '@opine/dispute-game/errors.ts'
import type { NamedExecutor } from '../exec/executors.ts'
import { execute as alone } from '../exec/wasm/execute.ts'
import { WasmExecutor } from '../exec/wasm/executor.ts'
import { engineHere, PLAIN_ENGINE, withEngine } from '../exec/wasm/width.ts'
import type { Program } from '../ir/types.ts'

/**
 * Every kernel's buffer by plain WebAssembly in this thread alone, whatever the engine can do beyond it. Null for a program that is too large for
 * WebAssembly's memory.
 */
export function plainBuffers(program: Program, inputs: readonly Uint8Array[]): readonly Uint8Array[] | null {
  const plain = new WasmExecutor(null)
  try {
    return withEngine(PLAIN_ENGINE, () => {
      plain.prepare(program, 'trace')
      return plain.execute(program, inputs)
    })
  } catch (error) {
    if (error instanceof OpineError && error.code === 'WASM_MEMORY') return null
    throw error
  } finally {
    plain.release(program)
  }
}

/** Whether an executor runs what `plainBuffers` runs: in one thread, compiled for the plain engine. */
export const isPlain = ({ execute }: Pick<NamedExecutor, 'execute'>): boolean => execute === alone && engineHere() === PLAIN_ENGINE
