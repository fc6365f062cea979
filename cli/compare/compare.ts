import { unpackValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { modelOf } from '@opine/models/load.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import type { Graph } from '@opine/models/onnx/types.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { traceOfBuffers } from '@opine/models/trace/trace.ts'
import { readFile } from '../files.ts'
import { median } from '../median.ts'
import { EXECUTORS, type ExecutorName } from '../model/executors.ts'
import { externalFiles } from '../model/external-files.ts'
import { indexBounds } from '../model/index-bounds.ts'
import type { ModelOptions } from '../model/load.ts'
import { type StockModel, stockModel } from '../model/onnxruntime.ts'
import { randomInputs } from '../model/random-inputs.ts'
import { nowhereSalt } from '../model/salt.ts'
import { summarize } from '../model/summary.ts'
import { compileWithDefaults, type Prepared } from './defaults.ts'
import { differenceOf } from './difference.ts'

/** Greatest scaled error of floats that rounding in another order explains; integers must be equal. */
export const TOLERANCE = 1e-4

export type CompareOptions = ModelOptions & {
  readonly executor: ExecutorName
  readonly threads: number
  readonly runs: number
  readonly seed: number
}

/**
 * One model on stock onnxruntime and on ours. What a failure left unknown is null.
 * @property operators    nodes of the graph, those of inner graphs included
 * @property maxAbsError  greatest difference of two values, in all outputs and runs; `scaledError` over the output's greatest magnitude
 * @property ms           of one inference, the median of the runs; `ratio` is ours over theirs
 * @property commitMs     for hashing what an assertion commits to
 */
export type Comparison = {
  readonly file: string
  readonly operators: number | null
  readonly kernels: number | null
  readonly maxAbsError: number | null
  readonly scaledError: number | null
  readonly onnxruntimeMs: number | null
  readonly ms: number | null
  readonly ratio: number | null
  readonly traceBytes: number | null
  readonly commitMs: number | null
  readonly programRoot: string | null
  readonly ok: boolean
  readonly error?: string
}

const UNKNOWN = {
  operators: null,
  kernels: null,
  maxAbsError: null,
  scaledError: null,
  onnxruntimeMs: null,
  ms: null,
  ratio: null,
  traceBytes: null,
  commitMs: null,
  programRoot: null,
} as const

/**
 * Runs both on the same drawn inputs, another draw each run. A model that fails is a result, with its error.
 * @param tell  told what was chosen for the user
 */
export async function compareModel(file: string, options: CompareOptions, tell: (note: string) => void): Promise<Comparison> {
  let known: Omit<Comparison, 'ok' | 'error'> = { file, ...UNKNOWN }
  try {
    const model = decodeModel(readFile(file), externalFiles(file))
    known = { ...known, operators: countNodes(model.graph) }
    const prepared = compileWithDefaults(model, options)
    if (prepared.notes.length > 0) tell(`${file}: ${prepared.notes.join(', ')}`)
    const { root } = modelOf(prepared)
    const { kernels, traceBytes } = summarize(prepared.program)
    known = { ...known, kernels, traceBytes, programRoot: root }
    const { graph } = model
    const stock = await stockModel(file, { graph, ports: prepared.interface.inputs, bindings: prepared.bindings }, options.threads)
    const { equal, ...figures } = await runBoth(prepared, stock, options)
    const ok = equal && figures.scaledError <= TOLERANCE
    return { ...known, ...figures, ok, ...(ok ? {} : { error: equal ? 'floats differ' : 'integers differ' }) }
  } catch (error) {
    if (error instanceof OpineError && error.code === 'ONNXRUNTIME_MISSING') throw error
    return { ...known, ok: false, error: error instanceof OpineError ? `${error.code}: ${error.message}` : `UNEXPECTED: ${error}` }
  }
}

async function runBoth({ program, interface: ports }: Prepared, stock: StockModel, options: CompareOptions) {
  const execute = EXECUTORS[options.executor](options.threads)
  const bounds = indexBounds(program)
  let [maxAbsError, scaledError, equal] = [0, 0, true]
  const times: { readonly ours: number; readonly theirs: number; readonly commit: number }[] = []
  for (let run = 0; run < options.runs; run++) {
    const inputs = randomInputs(ports.inputs, options.seed + run, bounds)
    // The first run of a session makes plans and room.
    if (run === 0) await stock(inputs)
    const { outputs, ms: theirs } = await stock(inputs)
    const start = performance.now()
    const buffers = await execute(program, inputs)
    const ours = performance.now() - start
    rootOf(traceTree(traceOfBuffers(program, inputs, buffers), nowhereSalt()))
    times.push({ ours, theirs, commit: performance.now() - start - ours })
    for (const [index, { type }] of ports.outputs.entries()) {
      const { values, whole, half } = outputs[index]!
      const { absolute, scaled } = differenceOf(unpackValues(type, buffers[program.outputs[index]!]!), values, half)
      maxAbsError = Math.max(maxAbsError, absolute)
      if (!whole) scaledError = Math.max(scaledError, scaled)
      else if (absolute !== 0) equal = false
    }
  }
  const [ms, onnxruntimeMs] = [median(times.map(({ ours }) => ours)), median(times.map(({ theirs }) => theirs))]
  return {
    maxAbsError,
    scaledError,
    equal,
    onnxruntimeMs,
    ms,
    ratio: ms / onnxruntimeMs,
    commitMs: median(times.map(({ commit }) => commit)),
  }
}

const countNodes = ({ nodes }: Graph): number =>
  nodes.reduce((count, { attributes }) => {
    const inner = Object.values(attributes).map((attribute) => ('graph' in attribute ? countNodes(attribute.graph) : 0))
    return inner.reduce((a, b) => a + b, count + 1)
  }, 0)
