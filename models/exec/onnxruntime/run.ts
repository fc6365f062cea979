import { OpineError } from '@opine/dispute-game/errors.ts'
import { bufferOf, type Program } from '../../ir/types.ts'
import type { Execute } from '../../trace/trace.ts'
import { checkInputs } from '../reference/execute.ts'
import { bufferSpec } from '../reference/kernel.ts'
import * as alone from '../wasm/execute.ts'
import type { ProgramGraph } from './graph/program.ts'
import type { Plan } from './plan.ts'
import type { Probes } from './prober.ts'
import type { Provider } from './providers.ts'
import type { GraphSession, OpenSession, SessionSettings } from './runtime.ts'

/**
 * A plan with its sessions.
 * @property run  one raw buffer a kernel, null for those that were not wanted; with a `seed`, elements that it draws are recomputed by the reference's
 *   kernels before anything is returned, and `PROVIDER_WRONG` is thrown where one differs. One run at a time; others wait
 * @property close  after the runs that were asked for
 */
export type Runner = {
  readonly plan: Plan
  readonly run: (inputs: readonly Uint8Array[], seed?: number) => Promise<(Uint8Array | null)[]>
  readonly close: () => Promise<void>
}

/** @property canonical  runs the other stages; of one thread if not given @property open  makes sessions */
export type RunnerSettings = SessionSettings & { readonly canonical?: { readonly execute: Execute }; readonly open: OpenSession }

/** @throws {OpineError} `PROVIDER_FAILED`, `ONNXRUNTIME_MISSING` */
export async function openRunner(program: Program, plan: Plan, provider: Provider, settings: RunnerSettings): Promise<Runner> {
  const { canonical = alone } = settings
  const sessions = await openAll(plan, provider, settings)
  const first = bufferOf(program, 0)
  const once = async (inputs: readonly Uint8Array[], seed?: number): Promise<(Uint8Array | null)[]> => {
    checkInputs(program, inputs)
    const drawn = plan.prober.draw(seed ?? 0)
    const probed = new Map<number, Float32Array>()
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
      const results = await sessions[index]!.run(Object.fromEntries([...feeds, ...positionsOf(graph, drawn)]))
      if (graph.looks) {
        const found = floatsOf(results[graph.looks.output]!)
        for (const { kernel, start, count } of graph.probes) probed.set(kernel, found.subarray(start, start + count))
      }
      for (const { name, buffer } of graph.outputs) buffers[buffer - first] = results[name]!
    }
    if (seed !== undefined) plan.prober.verify(provider.name, inputs, buffers, probed)
    return buffers
  }
  let before: Promise<unknown> = Promise.resolve()
  let closed: Promise<void> | null = null
  return {
    plan,
    run: async (inputs, seed) => {
      if (closed)
        throw new OpineError('PROVIDER_FAILED', `the sessions of the execution provider "${provider.name}" are closed: open others`)
      const done = before.then(() => once(inputs, seed))
      // Buffers are kept by who asked for them alone.
      before = done.then(
        () => {},
        () => {},
      )
      return done
    },
    close: () => {
      closed ??= before.then(() => closeAll(sessions))
      return closed
    },
  }
}

/** The input that says which elements are looked at, if the graph has any. */
function positionsOf({ looks, probes }: ProgramGraph, drawn: Probes): [string, { readonly type: 'i32'; readonly bytes: Uint8Array }][] {
  if (!looks) return []
  const positions = new Int32Array(probes.reduce((sum, { count }) => sum + count, 0))
  for (const { kernel, start, count, place } of probes) place(drawn.get(kernel)!, positions.subarray(start, start + count))
  return [[looks.input, { type: 'i32', bytes: new Uint8Array(positions.buffer) }]]
}

function floatsOf(bytes: Uint8Array): Float32Array {
  // A copy by the constructor: `slice` of a Buffer is a view.
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  return new Float32Array(buffer as ArrayBuffer, byteOffset, length / 4)
}

type Sessions = (GraphSession | null)[]

/** One a stage; all or none. */
async function openAll({ stages }: Plan, provider: Provider, settings: RunnerSettings): Promise<Sessions> {
  const sessions: Sessions = []
  try {
    for (const stage of stages) sessions.push(stage.kind === 'stock' ? await settings.open(stage.graph, provider, settings) : null)
    return sessions
  } catch (error) {
    await closeAll(sessions).catch(() => {})
    throw error
  }
}

async function closeAll(sessions: Sessions): Promise<void> {
  for (const session of sessions) await session?.close()
}
