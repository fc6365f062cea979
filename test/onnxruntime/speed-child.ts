/** Times one subject on one provider, in a process of its own; the last line that it prints is a `Speed` as JSON. */
import { type ExecutorNote, loadExecutor, type NamedExecutor } from '@opine/models/exec/executors.ts'
import { StockExecutor } from '@opine/models/exec/onnxruntime/executor.ts'
import { providerOf } from '@opine/models/exec/onnxruntime/providers.ts'
import { loadModel } from '@opine/models/load.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import type { InferenceSession } from 'onnxruntime-node'
import { quantised, subjectsHere } from '../support/quantised/make.ts'
import { HELD_OUT_SEED } from '../support/quantised/subject.ts'
import { scaledError } from '../support/zoo-runner.ts'
import { floatForms, floatSession } from './float-peer.ts'
import { interleaved } from './interleave.ts'
import { profileSessions } from './profile.ts'
import { GROUPS, type Speed, type SpeedQuestion } from './speed-result.ts'

const { name, provider: asked, threads, rounds, seconds } = JSON.parse(process.argv[2]!) as SpeedQuestion
const provider = providerOf(asked)
// As daemons do.
useNativeHashing({ debug: () => {}, warn: () => {} })

const subject = subjectsHere().find((each) => each.name === name)!
const { program } = loadModel(quantised(subject))
const input = subject.draw(HELD_OUT_SEED)
const several = { count: threads, starter: import.meta.resolve('@opine/node-kit/compute/helpers.ts') }
const providers = [provider.name]
const quiet = threads > 1 ? 150 : 0

/** The float model in the form and layout that is fastest here; the others are ended. */
async function bestPeer() {
  const forms = floatForms(subject)
  const options: InferenceSession.SessionOptions = { executionProviders: [provider.name], intraOpNumThreads: threads }
  const webgpu = (preferredLayout: 'NCHW' | 'NHWC'): InferenceSession.SessionOptions => ({
    executionProviders: [{ name: 'webgpu', preferredLayout } as const],
  })
  const open = (file: Uint8Array, own: InferenceSession.SessionOptions) => floatSession(file, subject, own)
  const peers: Record<string, Awaited<ReturnType<typeof open>>> = provider.name === 'webgpu'
    ? { 'folded, NCHW': await open(forms.folded, webgpu('NCHW')), 'folded, NHWC': await open(forms.folded, webgpu('NHWC')) }
    : { 'as it is': await open(forms['as it is'], options), folded: await open(forms.folded, options) }
  let first: Float32Array[] | null = null
  for (const [form, { run }] of Object.entries(peers)) {
    const outputs = (await run(input)).map((data) => data.slice())
    first ??= outputs
    const error = Math.max(...outputs.map((data, index) => scaledError(data, first![index]!)))
    if (!(error < 1e-3)) throw new Error(`${name}: the float model ${form} differs by ${error}`)
  }
  const works = Object.fromEntries(Object.entries(peers).map(([form, { run }]) => [form, () => run(input)]))
  const times = await interleaved(works, { rounds: Math.min(5, rounds), quiet, seconds: 5 })
  const [best] = Object.keys(times).sort((a, b) => times[a]! - times[b]!)
  for (const [form, peer] of Object.entries(peers)) if (form !== best) await peer.close()
  return { form: best!, run: peers[best!]!.run }
}

const commit =
  ({ commit: own }: Pick<NamedExecutor, 'commit'>) =>
  (): unknown =>
    own!(program, input)

/** Where a run for a commitment spends its time, by the runtime's own profile. */
async function spent(): Promise<Speed['spent']> {
  const { finish } = profileSessions()
  const executor = new StockExecutor({ providers, threads })
  for (let run = 0; run < WARM; run++) await executor.commit(program, input)
  const start = performance.now()
  for (let run = 0; run < PROFILED; run++) await executor.commit(program, input)
  const all = (performance.now() - start) / PROFILED
  await executor.close()
  const groups = Object.fromEntries(GROUPS.map(({ group }) => [group, 0]))
  // Each session ran the same number of times, the self-test's first.
  const sessions = finish()
  for (const { operator, milliseconds } of sessions.flatMap((runs) => runs.slice(-PROFILED).flat())) {
    const { group } = GROUPS.find(({ operators }) => operators.test(operator))!
    groups[group]! += milliseconds / PROFILED
  }
  return { all, groups, sessions: sessions.length }
}
const [WARM, PROFILED] = [3, 15]

const peer = await bestPeer()
const stock = await loadExecutor({ name: 'onnxruntime', threads: several, providers })
// What the looks before a bond cost is the difference.
const bare = new StockExecutor({ providers, threads, looks: false })
const works: Record<string, () => unknown> = { float: () => peer.run(input), committed: commit(bare), onnxruntime: commit(stock) }
const noted: ExecutorNote[] = []
if (provider.name === 'cpu') {
  const auto = await loadExecutor({ name: 'auto', threads: several, providers })
  works.wasm = commit(await loadExecutor({ name: 'wasm', threads: several }))
  works.auto = commit(auto)
  await works.auto()
  noted.push(...(auto.notes?.() ?? []))
}
for (const work of Object.values(works)) await work()
const times = await interleaved(works, { rounds, quiet, seconds })
const refused = [...bare.notes(), ...(stock.notes?.() ?? [])].find(
  ({ event }) => event === 'providerRefused' || event === 'providerUseless',
)
if (refused) throw new Error(`${name}: ${refused.event} ${JSON.stringify(refused.fields)}`)
const chosen = noted.find(({ event }) => event === 'executorChosen')?.fields.provider
const result: Speed = {
  ...{ name, provider: provider.name, threads, form: peer.form, times },
  chosen: typeof chosen === 'string' ? chosen : null,
  spent: provider.name === 'cpu' ? await spent() : null,
}
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
