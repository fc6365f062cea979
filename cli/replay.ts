import { OpineError } from '@opine/dispute-game/errors.ts'
import { branch, leafAt, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { Random } from '@opine/models/ir/random.ts'
import { byteSize, type Program, product } from '@opine/models/ir/types.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import type { Transition } from '@opine/models/trace/reads.ts'
import { stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace, type Execute, type Trace } from '@opine/models/trace/trace.ts'
import { getBytes, type JsonRpcApiProvider } from 'ethers'
import { nowhereSalt } from './model/salt.ts'
import { dearTransition } from './replay-dear.ts'
import { kindsOf, paddingOf, possibleKinds, STEP_KINDS, type StepKind } from './replay-kinds.ts'
import { planReplay } from './replay-plan.ts'
import { type Mismatch, type Replay, type Run, summarizeReplay } from './replay-summary.ts'
import { encodeStep, type StepChain, stepChain } from './step-chain.ts'

/**
 * @property steps       number of steps at least; where one run of the program has fewer, more runs follow
 * @property seed        chooses them; equal seeds, equal choices
 * @property allKernels  add steps until every kernel has had every kind
 * @property moreInputs  inputs of the second and later runs, from 1 on; without it there is one run
 * @property provider    a chain to deploy the verifier on; one inside this process if left out
 * @property execute     the executor to hold against the contract; `reference` if left out
 * @property onStep      told after every step how many are done
 */
export type ReplayOptions = {
  readonly steps: number
  readonly seed: number
  readonly allKernels: boolean
  readonly moreInputs?: (run: number) => readonly Uint8Array[]
  readonly provider?: JsonRpcApiProvider
  readonly execute?: Execute
  readonly onStep?: (done: number) => void
}

/** Runs after which a program with very few steps is left alone. */
const MAX_RUNS = 1000
/** Padding lanes looked at for each kernel that has them, of each kind. */
const PADDING_STEPS = 2

/**
 * Runs a program and has the step verifier recompute transitions of that run, from the very witnesses that a challenger would send.
 * @param inputs  one raw little-endian buffer an input
 * @throws {OpineError} `STEP_GAS`, those of the executor
 */
export async function replay(program: Program, inputs: readonly Uint8Array[], options: ReplayOptions): Promise<Replay> {
  const chain = await stepChain(options.provider)
  const tree = programTree(program)
  const kinds = new Map<StepKind, number>(STEP_KINDS.map((kind) => [kind, 0]))
  const mismatches: Mismatch[] = []
  const runs: Run[] = []
  const dearest = new Map<number, { readonly data: string; readonly gas: number }>()
  let steps = 0
  const count = (kind: StepKind): void => {
    kinds.set(kind, kinds.get(kind)! + 1)
  }
  const done = (): void => {
    steps += 1
    options.onStep?.(steps)
  }

  for (let run = 0; run === 0 || (steps < options.steps && options.moreInputs && run < MAX_RUNS); run++) {
    const trace = buildTrace(program, run === 0 ? inputs : options.moreInputs!(run), options.execute ?? reference)
    const caseOf = stepCases(trace, tree, nowhereSalt())
    const plan = planReplay(program, options.steps - steps, options.seed + run, options.allKernels && run === 0)
    const random = new Random(options.seed)
    const dear = options.allKernels && run === 0 ? program.kernels.map((_, kernel) => dearTransition(trace, kernel, random)) : []
    for (const transition of [...plan, ...dear]) {
      const step = caseOf(transition)
      const data = encodeStep(step)
      const outcome = await chain.measure(data)
      const computed = 'value' in outcome ? outcome.value : null
      if (computed !== step.expected) {
        mismatches.push({ ...transition, expected: step.expected, computed, error: 'error' in outcome ? outcome.error : null })
      }
      for (const kind of kindsOf(trace, transition, step)) count(kind)
      done()
      if (!('value' in outcome)) continue
      runs.push({ kernel: transition.kernel, gas: outcome.gas, bytes: getBytes(data).length })
      if (outcome.gas > (dearest.get(transition.kernel)?.gas ?? 0)) dearest.set(transition.kernel, { data, gas: outcome.gas })
    }
    for (const { kind, transition, value } of await paddingSteps(chain, trace, run === 0 ? PADDING_STEPS : 1, options.seed + run)) {
      count(kind)
      done()
      if (value !== 0) mismatches.push({ ...transition, expected: 0, computed: value, error: null })
    }
  }
  // The dearest step of each kernel once more, as a real transaction.
  for (const [kernel, { data, gas }] of dearest) {
    const spent = await chain.spend(data)
    if (spent === gas) continue
    throw new OpineError('STEP_GAS', `the dearest step of kernel ${kernel} takes ${spent} gas as a transaction, measured were ${gas}`, {
      kernel,
    })
  }
  return summarizeReplay(program, runs, steps, mismatches, kinds, possibleKinds(program))
}

type PaddingStep = { readonly kind: StepKind; readonly transition: Transition; readonly value: number }

/** Lanes past the last element, as the game reads them where a challenger descends there; true ones are zero. */
async function paddingSteps(chain: StepChain, { program, trees }: Trace, each: number, seed: number): Promise<PaddingStep[]> {
  const random = new Random(seed)
  const steps: PaddingStep[] = []
  for (const [kernel, { shape, storeType }] of program.kernels.entries()) {
    const size = byteSize(storeType)
    const count = product(shape)
    const { inside, past } = paddingOf(program, kernel)
    const kinds = [
      ['paddingInside', count, inside],
      ['paddingPast', count + inside, past],
    ] as const
    for (const [kind, first, lanes] of kinds) {
      for (let turn = 0; turn < Math.min(each, lanes); turn++) {
        const element = first + (turn === 0 ? lanes - 1 : random.below(lanes))
        const tree = trees[kernel]!
        const index = Math.floor((element * size) / 32)
        const place = { word: leafAt(tree, index), index, siblings: branch(tree, index), lane: element % (32 / size), size }
        const value = await chain.laneOf({ root: rootOf(tree), ...place })
        steps.push({ kind, transition: { kernel, element, evaluation: 'ELEMENT', block: 0 }, value })
      }
    }
  }
  return steps
}
