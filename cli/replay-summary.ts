import { programGas } from '@opine/models/gas/certificate.ts'
import type { Program } from '@opine/models/ir/types.ts'
import type { Transition } from '@opine/models/trace/reads.ts'
import { median } from './median.ts'
import { STEP_KINDS, type StepKind } from './replay-kinds.ts'

/** Lower median and greatest of a list; zero of an empty one. */
export type Spread = { readonly median: number; readonly max: number }
/** Gas of a kernel's steps, and what its certificate says that no step exceeds. */
export type KernelReplay = {
  readonly kernel: number
  readonly steps: number
  readonly gasMedian: number
  readonly gasMax: number
  readonly certificate: number
}
/** A step on which the contract and the executor differ; `computed` is null where the contract reverts, with `error`. */
export type Mismatch = Transition & { readonly expected: number; readonly computed: number | null; readonly error: string | null }
/** One step that the contract computed: gas of a transaction of its own, and bytes of calldata. */
export type Run = { readonly kernel: number; readonly gas: number; readonly bytes: number }

/**
 * @property gas           of whole transactions, calldata included
 * @property witnessBytes  of whole calldata
 * @property kinds         how many of the steps were of each kind; a step has several
 * @property impossible    kinds that no step of this program has
 * @property certificate   the greatest of all kernels' certificates
 * @property slack         median over the kernels of `certificate / gasMax - 1`
 * @property exceeded      kernels of which a step took more gas than the certificate says
 */
export type Replay = {
  readonly steps: number
  readonly mismatches: readonly Mismatch[]
  readonly gas: Spread
  readonly witnessBytes: Spread
  readonly kernels: readonly KernelReplay[]
  readonly kinds: Readonly<Record<StepKind, number>>
  readonly impossible: readonly StepKind[]
  readonly certificate: number
  readonly slack: number
  readonly exceeded: readonly KernelReplay[]
}

/** What no step of a real model is to take, as a transaction of its own. */
export const STEP_GAS_CAP = 600_000

export function summarizeReplay(
  program: Program,
  runs: readonly Run[],
  steps: number,
  mismatches: readonly Mismatch[],
  kinds: ReadonlyMap<StepKind, number>,
  possible: ReadonlySet<StepKind>,
): Replay {
  const certificates = programGas(program)
  const kernels = program.kernels.flatMap((_, kernel): KernelReplay[] => {
    const gas = runs.filter((run) => run.kernel === kernel).map((run) => run.gas)
    const { median, max } = spreadOf(gas)
    return gas.length === 0 ? [] : [{ kernel, steps: gas.length, gasMedian: median, gasMax: max, certificate: certificates[kernel]! }]
  })
  return {
    steps,
    mismatches,
    gas: spreadOf(runs.map(({ gas }) => gas)),
    witnessBytes: spreadOf(runs.map(({ bytes }) => bytes)),
    kernels,
    kinds: Object.fromEntries(kinds) as Record<StepKind, number>,
    impossible: STEP_KINDS.filter((kind) => !possible.has(kind)),
    certificate: certificates.reduce((most, gas) => Math.max(most, gas), 0),
    slack: spreadOf(kernels.map(({ certificate, gasMax }) => certificate / gasMax - 1)).median,
    exceeded: kernels.filter(({ certificate, gasMax }) => gasMax > certificate),
  }
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), max: Math.max(0, ...values) }
}
