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

const nameOf = ({ provider, level, threads }: Way): string =>
  [provider, ...(level ? [level] : []), ...(threads ? [`${threads} thread${threads > 1 ? 's' : ''}`] : [])].join(', ')

/**
 * Runs a program canonically and every other way, the first of the inputs by `reference` too, and counts the bits in which any buffer differs.
 * @param defined  how many inputs `reference` runs
 * @throws {Error} where a provider is refused, or two trace roots differ though the buffers do not
 */
export async function compareWays(
  program: Program,
  inputs: readonly (readonly Uint8Array[])[],
  ways: readonly Way[],
  defined: number,
): Promise<Found[]> {
  const canonical = inputs.map((own) => wasm(program, own))
  const roots = canonical.map((buffers, index) => rootOfBuffers(program, inputs[index]!, buffers))
  for (let index = 0; index < Math.min(defined, inputs.length); index++) {
    const root = rootOfBuffers(program, inputs[index]!, reference(program, inputs[index]!))
    if (root !== roots[index]) throw new Error(`input ${index}: reference has the root ${root}, wasm ${roots[index]}`)
  }
  const found: Found[] = []
  for (const way of ways) {
    const { provider, ...settings } = way
    const executor = new StockExecutor({ providers: [provider], ...settings })
    let [bits, values] = [0, 0]
    for (const [index, own] of inputs.entries()) {
      const buffers = await executor.execute(program, own)
      canonical[index]!.forEach((bytes, kernel) => {
        bits += differingBits(bytes, buffers[kernel]!)
        values += bytes.length
      })
      const commitment = await executor.commit(program, own)
      const both = [rootOfBuffers(program, own, buffers), toHex(rootOf(commitmentTree(commitment, SALT)))]
      if (bits === 0 && both.some((root) => root !== roots[index]))
        throw new Error(`${nameOf(way)}, input ${index}: roots ${both}, not ${roots[index]}`)
    }
    const notes = executor.notes()
    const refused = notes.find(({ event }) => event === 'providerRefused' || event === 'providerUseless' || event === 'inputOutOfRange')
    if (refused) throw new Error(`${nameOf(way)}: ${refused.event} ${JSON.stringify(refused.fields)}`)
    const left = Number(notes.find(({ event }) => event === 'executorChosen')?.fields.canonicalKernels ?? 0)
    found.push({ way: nameOf(way), inputs: inputs.length, bits, values, kernels: program.kernels.length - left })
    await executor.close()
  }
  return found
}

const rootOfBuffers = (program: Program, inputs: readonly Uint8Array[], buffers: readonly Uint8Array[]): string =>
  toHex(rootOf(traceTree(traceOfBuffers(program, inputs, buffers), SALT)))

function differingBits(a: Uint8Array, b: Uint8Array): number {
  let bits = 0
  for (let at = 0; at < a.length; at++) for (let rest = a[at]! ^ b[at]!; rest > 0; rest &= rest - 1) bits++
  return bits
}
