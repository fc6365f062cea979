import { OpineError } from '@opine/dispute-game/errors.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { StockExecutor } from '@opine/models/exec/onnxruntime/executor.ts'
import type { ProviderName } from '@opine/models/exec/onnxruntime/providers.ts'
import type { SessionSettings } from '@opine/models/exec/onnxruntime/runtime.ts'
import { execute as wasm } from '@opine/models/exec/wasm/execute.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { engineHere, PLAIN_ENGINE, useEngine } from '@opine/models/exec/wasm/width.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { commitmentTree } from '@opine/models/trace/commit.ts'
import { differingBits } from './bits.ts'
import { type Answer, answerOf, rootOfBuffers, SALT } from './definition.ts'

/** One way to run a program on the stock runtime. */
export type Way = SessionSettings & { readonly provider: ProviderName }

/** At each of the runtime's levels of optimisation; without one as daemons run it. */
export const CPU_WAYS: readonly Way[] = (['disabled', 'basic', 'extended', 'all', undefined] as const).flatMap((level) =>
  [1, 2].map((threads) => ({ provider: 'cpu' as const, threads, ...(level ? { level } : {}) })),
)

/** @property bits  that differ from the canonical buffers @property values  bytes that were compared @property milliseconds  of a run that gives all buffers */
export type Found = {
  readonly way: string
  readonly inputs: number
  readonly bits: number
  readonly values: number
  readonly kernels: number
  readonly milliseconds: number
}

/** @property referenced  inputs that `reference` ran too @property certified  order-free kernels */
export type Comparison = { readonly ways: readonly Found[]; readonly referenced: number; readonly certified: number }

/**
 * @property definition  what `reference` gives on the input of this number; null where it is not asked
 * @property seconds     after which no further input is begun; those of `definition` do not count
 * @property committed   of so many inputs, commitments that are computed as such have the root too; of 20 if not given
 */
export type Bounds = {
  readonly definition: (inputs: readonly Uint8Array[], number: number) => Answer | null
  readonly seconds?: number
  readonly committed?: number
  readonly tell?: (done: number) => void
}

/** Of so many inputs every way's roots are compared too; of the others its bytes alone, which is all that roots depend on. */
const ROOTED = 20
const PLAIN = 'wasm, vectors of 128 bits'

const nameOf = ({ provider, level, threads }: Way): string =>
  [
    provider,
    ...(level ? [level] : threads ? ['as daemons run it'] : []),
    ...(threads ? [`${threads} thread${threads > 1 ? 's' : ''}`] : []),
  ].join(', ')

/** An executor for a program with vectors of 128 bits alone, whatever this machine has. */
export function plainExecutor(program: Program): WasmExecutor {
  const executor = new WasmExecutor(null)
  const engine = engineHere()
  useEngine(PLAIN_ENGINE)
  try {
    executor.prepare(program, 'committed')
  } finally {
    useEngine(engine)
  }
  return executor
}

/**
 * Runs a program by `wasm` and every other way, and counts the bits in which any buffer differs; what `wasm` gives is what `reference` gives, too.
 * @throws {Error} where a provider is refused, `wasm` differs from `reference`, or two trace roots differ though the buffers do not
 */
export async function compareWays(
  program: Program,
  inputs: Iterable<readonly Uint8Array[]>,
  ways: readonly Way[],
  { definition, seconds = Number.POSITIVE_INFINITY, committed = ROOTED, tell = () => {} }: Bounds,
): Promise<Comparison> {
  const certificate = certifyProgram(program)
  const tried = ways.map(({ provider, ...settings }) => {
    const executor = new StockExecutor({ providers: [provider], ...settings, certify: () => certificate })
    return { executor, bits: 0, milliseconds: 0 }
  })
  const plain = { executor: plainExecutor(program), bits: 0, milliseconds: 0 }
  const start = performance.now()
  let [count, values, referenced, spent] = [0, 0, 0, 0]
  for (const own of inputs) {
    if ((performance.now() - start) / 1000 - spent > seconds) break
    const canonical = wasm(program, own)
    const begun = performance.now()
    const defined = definition(own, count)
    spent += (performance.now() - begun) / 1000
    const answer = defined || count < ROOTED ? answerOf(program, own, canonical) : null
    if (defined) {
      mustEqual(answer!, defined, count)
      referenced++
    }
    const root = count < ROOTED ? answer!.root : null
    for (const [way, each] of [plain, ...tried].entries()) {
      const begun = performance.now()
      const buffers = await each.executor.execute(program, own)
      if (count > 0) each.milliseconds += performance.now() - begun
      for (const [kernel, bytes] of canonical.entries()) each.bits += differingBits(bytes, buffers[kernel]!)
      if (root === null || each.bits > 0) continue
      const roots = [rootOfBuffers(program, own, buffers)]
      if (count < committed) roots.push(toHex(rootOf(commitmentTree(await each.executor.commit(program, own), SALT))))
      const name = way === 0 ? PLAIN : nameOf(ways[way - 1]!)
      if (roots.some((found) => found !== root)) throw new Error(`${name}, input ${count}: roots ${roots}, not ${root}`)
    }
    count++
    values += canonical.reduce((sum, { length }) => sum + length, 0)
    tell(count)
  }
  const result = { inputs: count, values }
  const mean = (total: number): number => total / Math.max(1, count - 1)
  const found: Found[] = [{ ...result, way: PLAIN, bits: plain.bits, kernels: 0, milliseconds: mean(plain.milliseconds) }]
  for (const [index, { executor, bits, milliseconds }] of tried.entries()) {
    const way = nameOf(ways[index]!)
    const notes = executor.notes()
    const refused = notes.find(({ event }) => event === 'providerRefused' || event === 'providerUseless' || event === 'inputOutOfRange')
    if (refused) {
      const {
        code = 'PROVIDER_USELESS',
        message = `nothing of it is order-free there (${refused.fields.first ?? refused.fields.effect}); see opine model quantize`,
      } = refused.fields
      throw new OpineError(String(code), `${way}: ${message}`)
    }
    const defect = notes.find(({ fields }) => fields.defect !== undefined)
    if (defect) throw new Error(`${way}: ${defect.fields.defect}`)
    const left = Number(notes.find(({ event }) => event === 'executorChosen')?.fields.canonicalKernels ?? 0)
    found.push({ ...result, way, bits, kernels: program.kernels.length - left, milliseconds: mean(milliseconds) })
    await executor.close()
  }
  return { ways: found, referenced, certified: certificate.kernels.filter(({ verdict }) => verdict === 'orderFree').length }
}

function mustEqual(own: Answer, defined: Answer, input: number): void {
  const kernel = own.kernels.findIndex((digest, index) => digest !== defined.kernels[index])
  if (kernel >= 0) throw new Error(`input ${input}: kernel ${kernel} has other bytes by wasm than by reference`)
  if (own.root !== defined.root) throw new Error(`input ${input}: the root is ${own.root} by wasm, ${defined.root} by reference`)
}
