import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Certificate } from '../../certify/certificate.ts'
import { bufferOf, type Program } from '../../ir/types.ts'
import type { Fact } from './graph/facts.ts'
import { roundedLater } from './graph/moves.ts'
import { type ProgramGraph, ProgramGraphWriter } from './graph/program.ts'
import { SHADER_PARTS } from './graph/writer.ts'
import { type Part, partOf } from './part.ts'
import { Prober } from './prober.ts'
import type { Provider } from './providers.ts'
import { reasonOf } from './runtime.ts'
import { type Stage, stageInputs, stagesOf } from './stages.ts'

/** What a run is wanted for: every kernel's buffer, or those that an assertion commits to. */
export type Wanted = 'all' | 'committed'

/** @property kernels  those whose buffers the graph gives */
export type StockStage = { readonly kind: 'stock'; readonly graph: ProgramGraph }
export type CanonicalStage = { readonly kind: 'canonical'; readonly part: Part; readonly kernels: readonly number[] }

/**
 * How a program runs on a provider.
 * @property canonical  why each kernel that does not run on the stock runtime does not
 * @property defects    of these, kernels whose form could not be written because the writer itself is wrong: never expected
 * @property prober     looks at elements of the others
 */
export type Plan = {
  readonly stages: readonly (StockStage | CanonicalStage)[]
  readonly canonical: ReadonlyMap<number, string>
  readonly defects: ReadonlyMap<number, unknown>
  readonly prober: Prober
}

/** Only what of a certificate decides which kernels the stock runtime may have. */
export type Verdicts = Pick<Certificate, 'kernels'>

/**
 * Shares a program's kernels out between a provider and the canonical executor, and writes the graphs of its share.
 * @param looks  whether the graphs give elements to look at
 */
export function planOf(program: Program, certificate: Verdicts, provider: Provider, wanted: Wanted, looks = true): Plan {
  const canonical = new Map<number, string>()
  const defects = new Map<number, unknown>()
  certificate.kernels.forEach(({ verdict, classes, reason }, kernel) => {
    if (verdict !== 'orderFree') canonical.set(kernel, reason?.detail ?? 'it is not order-free')
    else if (!classes.includes(provider.operands))
      canonical.set(kernel, `it is not exact on providers that may round operands to ${provider.operands}`)
  })
  for (;;) {
    const stages = stagesOf(program, (kernel) => !canonical.has(kernel))
    const refused = new Map<number, unknown>()
    const fetched = new Set(stages.flatMap((stage) => fetchedOf(program, stage, stages, wanted)))
    const written = stages.map((stage) => (stage.stock ? writeStage(program, certificate, provider, stage, fetched, refused) : stage))
    if (refused.size === 0) {
      const stock = [...program.kernels.keys()].filter((kernel) => !canonical.has(kernel))
      try {
        for (const each of written)
          if ('writer' in each) for (const kernel of each.stage.kernels) if (each.writer.isWide(kernel)) fetched.add(kernel)
        const first = bufferOf(program, 0)
        const prober = new Prober(
          program,
          looks ? stock : [],
          (buffer) => buffer < first || canonical.has(buffer - first) || fetched.has(buffer - first),
        )
        return { stages: written.map((each) => finish(program, each, fetched, prober)), canonical, defects, prober }
      } catch (error) {
        if (stock.length === 0) throw error
        for (const kernel of stock) refused.set(kernel, error)
      }
    }
    for (const [kernel, error] of refused) {
      const expected = error instanceof OpineError && error.code === 'NO_ONNX_FORM'
      // A mistake of ours costs a kernel its speed, never the daemon its life; tests look for it.
      if (!expected) defects.set(kernel, error)
      canonical.set(kernel, `${expected ? 'it has no ONNX form' : 'writing its ONNX form failed, which is a defect'}: ${reasonOf(error)}`)
    }
  }
}

type Written = { readonly stage: Stage; readonly writer: ProgramGraphWriter }

function writeStage(
  program: Program,
  certificate: Verdicts,
  provider: Provider,
  stage: Stage,
  fetched: ReadonlySet<number>,
  refused: Map<number, unknown>,
): Written {
  const range = (buffer: number): Fact | undefined => {
    const output = certificate.kernels[buffer - bufferOf(program, 0)]?.output
    if (!output || output.least === null || output.greatest === null) return undefined
    return { least: output.least, greatest: output.greatest, integer: (output.exponent ?? -1) >= 0 }
  }
  const writer = new ProgramGraphWriter(program, {
    range,
    direct: provider.direct,
    parts: provider.name === 'webgpu' ? SHADER_PARTS : Number.POSITIVE_INFINITY,
  })
  // Where operands of a maximum may be narrowed, only such are compared as the certificate has seen.
  const later = provider.operands === 'f32' ? roundedLater(program, stage.kernels, fetched) : new Set<number>()
  for (const kernel of stage.kernels) {
    if ([...refused.keys()].some((other) => reads(program, kernel, other))) continue
    try {
      writer.add(kernel, certificate.kernels[kernel]!.asFloat.includes(provider.operands), later.has(kernel))
    } catch (error) {
      refused.set(kernel, error)
    }
  }
  return { stage, writer }
}

/** Whether a kernel needs another one; of what needs a refused one nothing is known yet. */
function reads(program: Program, kernel: number, other: number): boolean {
  if (kernel <= other) return false
  const first = bufferOf(program, 0)
  return program.kernels[kernel]!.loads.some(
    ({ buffer }) => buffer >= first && (buffer - first === other || reads(program, buffer - first, other)),
  )
}

/** Kernels of a stage whose whole buffers are wanted: by who asks, and by other stages. */
function fetchedOf(program: Program, stage: Stage, stages: readonly Stage[], wanted: Wanted): number[] {
  const elsewhere = new Set(stages.filter((other) => other !== stage).flatMap((other) => stageInputs(program, other)))
  return stage.kernels.filter((kernel) => wanted === 'all' || program.places[kernel]!.committed || elsewhere.has(bufferOf(program, kernel)))
}

function finish(program: Program, each: Stage | Written, fetched: ReadonlySet<number>, { counts }: Prober): StockStage | CanonicalStage {
  if (!('writer' in each))
    return { kind: 'canonical', part: partOf(program, each.kernels, stageInputs(program, each)), kernels: each.kernels }
  const { stage, writer } = each
  const own = stage.kernels.filter((kernel) => fetched.has(kernel))
  return { kind: 'stock', graph: writer.finish(own, new Map([...counts].filter(([kernel]) => stage.kernels.includes(kernel)))) }
}
