import type { Program } from '../../ir/types.ts'
import { WasmExecutor } from './executor.ts'
import type { Instance } from './instance.ts'
import type { Keep } from './layout.ts'

/** This thread alone. */
const alone = new WasmExecutor(null)

/** As `WasmExecutor` says, by this thread alone. */
export const { execute, executeCommitted, executeOutputs, commit } = alone

/** As `WasmExecutor.prepare`, for this thread alone. @throws {OpineError} `WASM_MEMORY`, `LOAD_OUT_OF_BUFFER` */
export const prepare = (program: Program, keep: Keep): Instance => alone.prepare(program, keep)
