import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'

/** A node of the optimised graph, once. @property provider  where it ran */
export type NodeTime = { readonly operator: string; readonly provider: string; readonly milliseconds: number }
type Event = {
  readonly cat: string
  readonly name: string
  readonly dur: number
  readonly args?: { readonly op_name?: string; readonly provider?: string }
}

/**
 * From now on the runtime times the nodes of each new session; `finish`, after they are closed, gives of each that ran its runs, each a list of nodes.
 */
export function profileSessions(): { readonly finish: () => readonly (readonly (readonly NodeTime[])[])[] } {
  const folder = mkdtempSync(join(tmpdir(), 'opine-profile-'))
  const runtime = InferenceSession as { create: (model: Uint8Array, options: InferenceSession.SessionOptions) => Promise<InferenceSession> }
  const { create } = runtime
  let count = 0
  runtime.create = async (model, options) => {
    const session = await create.call(runtime, model, { ...options, enableProfiling: true, profileFilePrefix: join(folder, `${count++}`) })
    const release = session.release.bind(session)
    session.release = () => {
      session.endProfiling()
      return release()
    }
    return session
  }
  const finish = (): NodeTime[][][] => {
    runtime.create = create
    const sessions = readdirSync(folder).map((file) => runsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Event[]))
    rmSync(folder, { recursive: true })
    return sessions.filter((runs) => runs.length > 0)
  }
  return { finish }
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
