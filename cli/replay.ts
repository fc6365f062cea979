import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { indicesOf, type Program } from '@opine/models/ir/types.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import type { Transition } from '@opine/models/trace/reads.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { buildTrace, type Execute } from '@opine/models/trace/trace.ts'
import { getBytes, type JsonRpcApiProvider } from 'ethers'
import { planReplay } from './replay-plan.ts'
import { stepCases } from './step-case.ts'
import { encodeStep, stepChain } from './step-chain.ts'

/** Lower median and greatest of a list; zero of an empty one. */
export type Spread = { readonly median: number; readonly max: number }
export type KernelReplay = { readonly kernel: number; readonly steps: number; readonly gasMedian: number; readonly gasMax: number }
/** A step on which the contract and the executor differ; `computed` is null where the contract reverts, with `error`. */
export type Mismatch = Transition & { readonly expected: number; readonly computed: number | null; readonly error: string | null }

/**
 * @property gathers       how many of the steps are of kernels that read where other loads point
 * @property gas           of whole transactions, calldata included
 * @property witnessBytes  of whole calldata
 */
export type Replay = {
  readonly steps: number
  readonly gathers: number
  readonly mismatches: readonly Mismatch[]
  readonly gas: Spread
  readonly witnessBytes: Spread
  readonly kernels: readonly KernelReplay[]
}

/**
 * @property steps       number of transitions, if the program has so many
 * @property seed        chooses them; equal seeds, equal choices
 * @property allKernels  add transitions until every kernel has had every kind
 * @property provider    a chain to deploy the verifier on; one inside this process if left out
 * @property execute     the executor to hold against the contract; `reference` if left out
 * @property onStep      told after every step how many are done, of how many
 */
export type ReplayOptions = {
  readonly steps: number
  readonly seed: number
  readonly allKernels: boolean
  readonly provider?: JsonRpcApiProvider
  readonly execute?: Execute
  readonly onStep?: (done: number, of: number) => void
}

/**
 * Runs a program and has the step verifier recompute transitions of that run, from the very witnesses that a challenger would send.
 * @param inputs  one raw little-endian buffer an input
 * @throws {OpineError} those of the executor
 */
export async function replay(program: Program, inputs: readonly Uint8Array[], options: ReplayOptions): Promise<Replay> {
  const trace = buildTrace(program, inputs, options.execute ?? reference)
  const caseOf = stepCases(trace, programTree(program), replaySalt())
  const chain = await stepChain(options.provider)
  const plan = planReplay(program, options.steps, options.seed, options.allKernels)

  const mismatches: Mismatch[] = []
  const runs: { readonly kernel: number; readonly gas: number; readonly bytes: number }[] = []
  for (const [done, transition] of plan.entries()) {
    const step = caseOf(transition)
    const data = encodeStep(step)
    const outcome = await chain.evaluate(data)
    const computed = 'value' in outcome ? outcome.value : null
    if (computed !== step.expected) {
      mismatches.push({ ...transition, expected: step.expected, computed, error: 'error' in outcome ? outcome.error : null })
    }
    if (computed !== null) runs.push({ kernel: transition.kernel, gas: await chain.spend(data), bytes: getBytes(data).length })
    options.onStep?.(done + 1, plan.length)
  }

  const kernels = [...new Set(runs.map(({ kernel }) => kernel))].map((kernel): KernelReplay => {
    const gas = runs.filter((run) => run.kernel === kernel).map((run) => run.gas)
    const { median, max } = spreadOf(gas)
    return { kernel, steps: gas.length, gasMedian: median, gasMax: max }
  })
  return {
    steps: plan.length,
    gathers: plan.filter(({ kernel }) => program.kernels[kernel]!.loads.some((load) => indicesOf(load).length > 0)).length,
    mismatches,
    gas: spreadOf(runs.map(({ gas }) => gas)),
    witnessBytes: spreadOf(runs.map(({ bytes }) => bytes)),
    kernels,
  }
}

/** Any salt will do: nobody else's trace is compared with this one. */
const replaySalt = (): Uint8Array =>
  saltOf({ chainId: 1n, oracle: `0x${'00'.repeat(20)}`, requestId: `0x${'00'.repeat(32)}`, account: `0x${'00'.repeat(20)}` })

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, max: sorted.at(-1) ?? 0 }
}
