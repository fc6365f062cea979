import { OpineError } from '@opine/dispute-game/errors.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import type { NamedExecutor } from '../exec/executors.ts'
import { bufferReader, executeElements } from '../exec/reference/execute.ts'
import { decodeProgramFile } from '../ir/file.ts'
import { byteSize, type Program, product } from '../ir/types.ts'
import { type LoadedModel, modelOf } from '../load.ts'
import { commitmentTree, splitInputs, traceTree } from '../trace/commit.ts'
import { type Commitment, commitmentOfTrace, committedRoot } from '../trace/commitment.ts'
import { type Trace, traceOfBuffers } from '../trace/trace.ts'
import { plainBuffers } from './plain.ts'

/**
 * A small program with an input, and what every executor must make of it.
 * @property file     the program file
 * @property input    all inputs together
 * @property kernels  tensor root of each kernel's buffer
 * @property root     trace root under a salt of zeros
 */
export type GoldenCase = {
  readonly name: string
  readonly file: Hex
  readonly input: Hex
  readonly program: Hex
  readonly kernels: readonly Hex[]
  readonly root: Hex
}

const NO_SALT = new Uint8Array(WORD)
const NONE = new Uint8Array(0)
const NEXT = 'do not stake with it: use another executor, or another machine, and report this'

/** What tells one set of cases from another. */
export const goldenHash = (cases: readonly GoldenCase[]): Hex => toHex(sha256(new TextEncoder().encode(JSON.stringify(cases))))

/**
 * Has an executor compute every case.
 * @throws {OpineError} `EXECUTOR_WRONG` at the first value that is not the expected one: names executor, case, kernel, both roots
 */
export async function checkGolden(cases: readonly GoldenCase[], executor: NamedExecutor): Promise<void> {
  for (const { name, file, input, program, kernels, root } of cases) {
    const model = modelOf(decodeProgramFile(fromHex(file)))
    expect(executor, name, 'the program root', program, model.root)
    const trace = await run(executor, name, model, fromHex(input))
    kernels.forEach((expected, kernel) => {
      expect(executor, name, `the tensor root of kernel ${kernel}`, expected, toHex(rootOf(trace.trees[kernel]!)))
    })
    expect(executor, name, 'the trace root', root, rootUnsalted(trace))
    const alone = await commit(executor, name, model, fromHex(input))
    if (alone)
      expect(executor, name, 'the trace root of a run that keeps no interiors', root, toHex(rootOf(commitmentTree(alone, NO_SALT))))
  }
}

/**
 * Has an executor run a model twice on a fixed input, and once more without keeping interiors: bad memory and races between threads show in large
 * models alone. Every value is also computed by plain WebAssembly, and some elements of each kernel by definition from the operands that the
 * executor gave: code that an engine compiled wrongly shows.
 * @throws {OpineError} `EXECUTOR_WRONG` where the runs differ, or an element, or the model does not run
 */
export async function checkReproduced(model: Pick<LoadedModel, 'root' | 'program'>, executor: NamedExecutor): Promise<void> {
  const input = goldenInput(model.program)
  const name = `model ${model.root}, run twice`
  const first = await run(executor, name, model, input)
  const second = await run(executor, name, model, input)
  const inputs = splitInputs(model.program, input)
  checkSame(executor, name, first.buffers, second.buffers)
  checkElements(executor, name, model.program, inputs, first.buffers)
  checkSame(executor, `model ${model.root}, beside plain WebAssembly`, plainBuffers(model.program, inputs) ?? first.buffers, second.buffers)
  const alone = await commit(executor, name, model, input)
  if (!alone) return
  const whole = commitmentOfTrace(first)
  for (const [output, bytes] of whole.outputs.entries()) {
    expect(executor, name, `output ${output} in a run that keeps no interiors`, toHex(bytes), toHex(alone.outputs[output] ?? NONE))
  }
  for (const kernel of model.program.kernels.keys()) {
    const [expected, found] = [toHex(committedRoot(whole, kernel)), toHex(committedRoot(alone, kernel))]
    expect(executor, name, `the tensor root of kernel ${kernel} in a run that keeps no interiors`, expected, found)
  }
}

function checkSame(executor: NamedExecutor, name: string, expected: readonly Uint8Array[], found: readonly Uint8Array[]): void {
  expected.forEach((bytes, kernel) => {
    const at = bytes.findIndex((byte, i) => byte !== found[kernel]![i])
    if (at < 0) return
    const word = (buffer: Uint8Array): Hex => toHex(buffer.slice(at, at + 4))
    expect(executor, name, `byte ${at} of kernel ${kernel}`, word(bytes), word(found[kernel]!))
  })
}

function checkElements(
  executor: NamedExecutor,
  name: string,
  program: Program,
  inputs: readonly Uint8Array[],
  buffers: readonly Uint8Array[],
): void {
  buffers.forEach((bytes, kernel) => {
    const { storeType, shape } = program.kernels[kernel]!
    const elements = sampleOf(product(shape))
    const expected = executeElements(program, bufferReader(program, inputs, buffers), kernel, elements)
    const size = byteSize(storeType)
    elements.forEach((element, at) => {
      const found = toHex(bytes.slice(size * element, size * (element + 1)))
      expect(executor, name, `element ${element} of kernel ${kernel}`, toHex(expected.slice(size * at, size * (at + 1))), found)
    })
  })
}

/** Of each kind so many. */
const SAMPLES = 32

/** The first elements, the last ones, and some all over. */
function sampleOf(count: number): number[] {
  const few = Array.from({ length: SAMPLES }, (_, at) => at)
  const all = few.flatMap((at) => [at, count - 1 - at, Math.floor((count * at) / SAMPLES)])
  return [...new Set(all.filter((element) => element >= 0 && element < count))]
}

/** An input for any program: floats of moderate size, all integers zero, which every table has a place for. */
export function goldenInput({ inputs }: Program): Uint8Array {
  const total = inputs.reduce((sum, { type, count }) => sum + count * byteSize(type), 0)
  const view = new DataView(new ArrayBuffer(total))
  let at = 0
  for (const { type, count } of inputs) {
    for (let element = 0; element < count; element++, at += byteSize(type)) {
      if (type === 'f32') view.setFloat32(at, ((element * 37) % 129) / 64 - 1, true)
    }
  }
  return new Uint8Array(view.buffer)
}

const rootUnsalted = (trace: Trace): Hex => toHex(rootOf(traceTree(trace, NO_SALT)))

type Runnable = Pick<LoadedModel, 'program'>

const run = (executor: NamedExecutor, name: string, { program }: Runnable, input: Uint8Array): Promise<Trace> =>
  named(executor, name, async () => {
    const inputs = splitInputs(program, input)
    return traceOfBuffers(program, inputs, await executor.execute(program, inputs))
  })

/** As daemons answer; null where the executor keeps everything anyway. */
async function commit(executor: NamedExecutor, name: string, { program }: Runnable, input: Uint8Array): Promise<Commitment | null> {
  const { commit: own } = executor
  return own ? named(executor, name, async () => own(program, splitInputs(program, input))) : null
}

async function named<T>({ name: executor }: NamedExecutor, name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `the executor "${executor}" fails in the golden case "${name}": ${reason}; ${NEXT}`
    throw new OpineError('EXECUTOR_WRONG', message, { executor, case: name, found: reason }, { cause })
  }
}

function expect({ name: executor }: NamedExecutor, name: string, what: string, expected: Hex, found: Hex): void {
  if (expected === found) return
  const message = `the executor "${executor}" computes wrong in the golden case "${name}": ${what} is ${found}, expected ${expected}; ${NEXT}`
  throw new OpineError('EXECUTOR_WRONG', message, { executor, case: name, what, expected, found })
}
