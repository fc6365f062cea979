import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { StockExecutor } from '@opine/models/exec/onnxruntime/executor.ts'
import type { ProviderName } from '@opine/models/exec/onnxruntime/providers.ts'
import type { SessionSettings } from '@opine/models/exec/onnxruntime/runtime.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { execute as wasm } from '@opine/models/exec/wasm/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { commitmentTree, traceTree } from '@opine/models/trace/commit.ts'
import { traceOfBuffers } from '@opine/models/trace/trace.ts'

/** One way to run a program on the stock runtime. */
export type Way = SessionSettings & { readonly provider: ProviderName }

export const CPU_WAYS: readonly Way[] = (['disabled', 'basic', 'extended', 'all'] as const).flatMap((level) =>
  [1, 2].map((threads) => ({ provider: 'cpu' as const, level, threads })),
)

/** @property bits  that differ from the canonical buffers @property values  that were compared */
export type Found = {
  readonly way: string
  readonly inputs: number
  readonly bits: number
  readonly values: number
  readonly kernels: number
}

const SALT = new Uint8Array(32)
/** Of so many inputs roots are compared too; of the others bytes alone, which is all that roots depend on. */
const ROOTED = 20

const nameOf = ({ provider, level, threads }: Way): string =>
  [provider, ...(level ? [level] : []), ...(threads ? [`${threads} thread${threads > 1 ? 's' : ''}`] : [])].join(', ')

/**
 * Runs a program canonically and every other way, the first of the inputs by `reference` too, and counts the bits in which any buffer differs.
 * @param defined  how many inputs `reference` runs, 20 at most
 * @throws {Error} where a provider is refused, or two trace roots differ though the buffers do not
 */
export async function compareWays(
  program: Program,
  inputs: Iterable<readonly Uint8Array[]>,
  ways: readonly Way[],
  defined: number,
): Promise<Found[]> {
  const tried = ways.map(({ provider, ...settings }) => ({ executor: new StockExecutor({ providers: [provider], ...settings }), bits: 0 }))
  let [count, values] = [0, 0]
  for (const own of inputs) {
    const canonical = wasm(program, own)
    const root = count < ROOTED ? rootOfBuffers(program, own, canonical) : null
    const byDefinition = count < defined ? rootOfBuffers(program, own, reference(program, own)) : root
    if (byDefinition !== root) throw new Error(`input ${count}: reference has the root ${byDefinition}, wasm ${root}`)
    for (const [way, each] of tried.entries()) {
      const buffers = await each.executor.execute(program, own)
      for (const [kernel, bytes] of canonical.entries()) each.bits += differingBits(bytes, buffers[kernel]!)
      if (root === null || each.bits > 0) continue
      const commitment = await each.executor.commit(program, own)
      const both = [rootOfBuffers(program, own, buffers), toHex(rootOf(commitmentTree(commitment, SALT)))]
      if (both.some((found) => found !== root)) throw new Error(`${nameOf(ways[way]!)}, input ${count}: roots ${both}, not ${root}`)
    }
    count++
    values += canonical.reduce((sum, { length }) => sum + length, 0)
  }
  const found: Found[] = []
  for (const [index, { executor, bits }] of tried.entries()) {
    const way = nameOf(ways[index]!)
    const notes = executor.notes()
    const refused = notes.find(({ event }) => event === 'providerRefused' || event === 'providerUseless' || event === 'inputOutOfRange')
    if (refused) throw new Error(`${way}: ${refused.event} ${JSON.stringify(refused.fields)}`)
    const defect = notes.find(({ fields }) => fields.defect !== undefined)
    if (defect) throw new Error(`${way}: ${defect.fields.defect}`)
    const left = Number(notes.find(({ event }) => event === 'executorChosen')?.fields.canonicalKernels ?? 0)
    found.push({ way, inputs: count, bits, values, kernels: program.kernels.length - left })
    await executor.close()
  }
  return found
}

const rootOfBuffers = (program: Program, inputs: readonly Uint8Array[], buffers: readonly Uint8Array[]): string =>
  toHex(rootOf(traceTree(traceOfBuffers(program, inputs, buffers), SALT)))

function differingBits(a: Uint8Array, b: Uint8Array): number {
  if (Buffer.compare(a, b) === 0) return 0
  let bits = 0
  for (let at = 0; at < a.length; at++) for (let rest = a[at]! ^ b[at]!; rest > 0; rest &= rest - 1) bits++
  return bits
}
