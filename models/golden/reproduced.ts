import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { NamedExecutor } from '../exec/executors.ts'
import { bufferReader, executeElements } from '../exec/reference/execute.ts'
import { byteSize, type Program, product } from '../ir/types.ts'
import type { LoadedModel } from '../load.ts'
import { splitInputs } from '../trace/commit.ts'
import { commitmentOfTrace, committedRoot } from '../trace/commitment.ts'
import { commit, expect, run } from './expected.ts'
import { isPlain, plainBuffers } from './plain.ts'

const NONE = new Uint8Array(0)

/**
 * Has an executor run a model twice on a fixed input, and once more without keeping interiors: bad memory and races between threads show in large
 * models alone. Every value is also computed by plain WebAssembly, unless the executor is just that, and some elements of each kernel by definition
 * from the operands that the executor gave: code that an engine compiled wrongly shows.
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
  const plain = isPlain(executor) ? null : plainBuffers(model.program, inputs)
  if (plain) checkSame(executor, `model ${model.root}, beside plain WebAssembly`, plain, second.buffers)
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
