import { OpineError } from '@opine/dispute-game/errors.ts'
import { bufferOf, type Program } from '../../ir/types.ts'
import type { Execute } from '../../trace/trace.ts'
import { checkInputs } from '../reference/execute.ts'
import { bufferSpec } from '../reference/kernel.ts'
import * as alone from '../wasm/execute.ts'
import type { Plan } from './plan.ts'
import type { Provider } from './providers.ts'
import type { GraphSession, OpenSession, SessionSettings } from './runtime.ts'

/** A plan with its sessions. @property run  one raw buffer a kernel; null for those that were not wanted */
export type Runner = {
  readonly plan: Plan
  readonly run: (inputs: readonly Uint8Array[]) => Promise<(Uint8Array | null)[]>
  readonly close: () => Promise<void>
}

/** @property canonical  runs the other stages; of one thread if not given @property open  makes sessions */
export type RunnerSettings = SessionSettings & { readonly canonical?: { readonly execute: Execute }; readonly open: OpenSession }

/** @throws {OpineError} `PROVIDER_FAILED`, `ONNXRUNTIME_MISSING` */
export async function openRunner(program: Program, plan: Plan, provider: Provider, settings: RunnerSettings): Promise<Runner> {
  const { open, canonical = alone } = settings
  const sessions: (GraphSession | null)[] = []
  for (const stage of plan.stages) sessions.push(stage.kind === 'stock' ? await open(stage.graph.model, provider, settings) : null)
  const first = bufferOf(program, 0)
  const run = async (inputs: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> => {
    checkInputs(program, inputs)
    const buffers: (Uint8Array | null)[] = program.kernels.map(() => null)
    const read = (buffer: number): Uint8Array => {
      const bytes = inputs[buffer] ?? buffers[buffer - first]
      if (bytes) return bytes
      throw new OpineError('BUFFER_INDEX', `buffer ${buffer} was not computed before it is read`, { buffer })
    }
    for (const [index, stage] of plan.stages.entries()) {
      if (stage.kind === 'canonical') {
        const done = canonical.execute(stage.part.program, stage.part.inputs.map(read))
        stage.kernels.forEach((kernel, at) => {
          buffers[kernel] = done[at]!
        })
        continue
      }
      const { graph } = stage
      const feeds = graph.inputs.map(({ name, buffer }) => [name, { type: bufferSpec(program, buffer).type, bytes: read(buffer) }] as const)
      const results = await sessions[index]!.run(Object.fromEntries(feeds))
      for (const { name, buffer } of graph.outputs) buffers[buffer - first] = results[name]!
    }
    return buffers
  }
  return {
    plan,
    run,
    close: async () => {
      for (const session of sessions) await session?.close()
    },
  }
}
