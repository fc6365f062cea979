import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GraphSession, OpenSession } from '@opine/models/exec/onnxruntime/runtime.ts'
import { optionsOf } from '@opine/models/exec/onnxruntime/runtime.ts'
import type { StoreType } from '@opine/models/ir/types.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/** A node of the optimised graph, once. @property provider  where it ran */
export type NodeTime = { readonly operator: string; readonly provider: string; readonly milliseconds: number }
type Event = {
  readonly cat: string
  readonly name: string
  readonly dur: number
  readonly args?: { readonly op_name?: string; readonly provider?: string }
}

/** Sessions whose nodes the runtime itself times; `finish`, after they are closed, gives of each session its runs, each a list of nodes. */
export function profiledSessions(): {
  readonly open: OpenSession
  readonly sessions: () => number
  readonly finish: () => readonly (readonly (readonly NodeTime[])[])[]
} {
  const folder = mkdtempSync(join(tmpdir(), 'opine-profile-'))
  let count = 0
  const open: OpenSession = async (model, provider, settings) => {
    const prefix = join(folder, `${count++}`)
    const options = { ...optionsOf(provider, settings), enableProfiling: true, profileFilePrefix: prefix }
    const session = await InferenceSession.create(model, options)
    const run: GraphSession['run'] = async (inputs) => {
      const feeds = Object.entries(inputs).map(([name, { type, bytes }]) => [name, tensorOf(type, bytes)] as const)
      const results = await session.run(Object.fromEntries(feeds))
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, bytesOf(tensor)]))
    }
    const close = async (): Promise<void> => {
      session.endProfiling()
      await session.release()
    }
    return { run, close }
  }
  const finish = (): NodeTime[][][] => {
    const files = readdirSync(folder)
    const runs = files.map((file) => runsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Event[]))
    rmSync(folder, { recursive: true })
    return runs
  }
  return { open, sessions: () => count, finish }
}

/** A run's nodes end before the event of the run itself begins in the file. */
function runsOf(events: readonly Event[]): NodeTime[][] {
  const runs: NodeTime[][] = []
  let nodes: NodeTime[] = []
  for (const { cat, name, dur, args } of events) {
    if (cat === 'Node' && name.endsWith('_kernel_time'))
      nodes.push({ operator: args?.op_name ?? '', provider: args?.provider ?? '', milliseconds: dur / 1000 })
    else if (name === 'model_run') {
      runs.push(nodes)
      nodes = []
    }
  }
  return runs
}

const ARRAYS = { f32: ['float32', Float32Array], i32: ['int32', Int32Array], i8: ['int8', Int8Array], u8: ['uint8', Uint8Array] } as const

function tensorOf(type: StoreType, bytes: Uint8Array): Tensor {
  if (type === 'f16') throw new Error('profiles are of models without halves')
  const [name, Elements] = ARRAYS[type]
  const data = new Elements(bytes.slice().buffer)
  return new Tensor(name, data as Float32Array, [data.length])
}

function bytesOf({ data }: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Float32Array<ArrayBuffer>
  // As our own sessions have it: a zero has no sign.
  if (data instanceof Float32Array) for (let at = 0; at < data.length; at++) data[at]! += 0
  return new Uint8Array(buffer, byteOffset, byteLength)
}
