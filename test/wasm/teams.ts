import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import type { StartHelper, TeamOptions } from '@opine/models/exec/wasm/threads/team.ts'
import { Team } from '@opine/models/exec/wasm/threads/team.ts'
import { helpersOf } from '@opine/node-kit/compute/helpers.ts'

/** As fine as can be: every tile may be another thread's, and no step is done by one thread alone. */
export const FINEST: Pick<TeamOptions, 'grain'> = { grain: { alone: 0, ticket: 1 } }

/** Helpers in threads of Node. */
export const nodeHelpers: StartHelper = helpersOf(import.meta.resolve('@opine/models/exec/wasm/threads/helper.ts'))

/** Our executor on so many threads; on one, without any team. */
export const executorOn = (threads: number, options: Partial<TeamOptions> = {}, start: StartHelper = nodeHelpers): WasmExecutor =>
  new WasmExecutor(threads === 1 ? null : new Team({ ...options, threads }, start))
