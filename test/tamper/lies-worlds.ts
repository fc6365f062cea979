import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { runningTotals } from '@opine/models/exec/reference/evaluate.ts'
import { bufferReader } from '@opine/models/exec/reference/execute.ts'
import { blockCount, byteSize, type Program } from '@opine/models/ir/types.ts'
import { recompute, traceBeside } from '@opine/models/trace/lie-downstream.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Draw, Drawn, Form } from './told.ts'

/** Lies of somebody who computed something else: another input, another model. */

/** A false trace as it comes out of another program or other inputs, of the same shapes. */
function otherwise(truth: Trace, program: Program, inputs: readonly Uint8Array[], changed: number, form: Form, name: string): Drawn {
  const buffers = truth.buffers.slice()
  recompute({ program, inputs, buffers }, [changed], form === 'downstream')
  const trace = traceBeside(truth, buffers)
  const read = bufferReader(program, inputs, buffers)
  // Totals of somebody who believes in them; an element whose totals are true is sworn truly either way.
  const totals = (kernel: number, element: number): Uint32Array =>
    blockCount(program.kernels[kernel]!) > 1 ? runningTotals(program, read, kernel, element) : new Uint32Array()
  return { name, trace: form === 'downstream' ? { ...trace, totals } : trace }
}

/** Inputs (`from` 0) or constants that some kernel reads; for the form `alone` a committed one, for else nothing committed would change. */
function readBy(program: Program, from: number, count: number, form: Form): number[] {
  const readers = program.kernels.filter((_, k) => form === 'downstream' || program.places[k]!.committed)
  const read = new Set(readers.flatMap(({ loads }) => loads.map(({ buffer }) => buffer)))
  return Array.from({ length: count }, (_, i) => i).filter((i) => read.has(from + i))
}
export const inputsReadBy = (program: Program, form: Form): number[] => readBy(program, 0, program.inputs.length, form)
export const weightsReadBy = (program: Program, form: Form): number[] =>
  readBy(program, program.inputs.length, program.constants.length, form)

/** One bit of the input is another: what reads the input is false; downstream, all that follows is computed from it. */
export const otherInput =
  (form: Form): Draw =>
  ({ truth }, random) => {
    const { program } = truth
    const input = random.pick(inputsReadBy(program, form))
    const bit = random.below(8 * truth.inputs[input]!.length)
    const inputs = truth.inputs.map((bytes, i) => (i === input ? withBit(bytes, bit) : bytes))
    return otherwise(truth, program, inputs, input, form, `bit ${bit} of input ${input}`)
  }

/** One bit of one weight is another. */
export const otherWeight =
  (form: Form): Draw =>
  ({ truth }, random) => {
    const { program } = truth
    const index = random.pick(weightsReadBy(program, form))
    const { bytes, type, count } = program.constants[index]!
    const bit = 8 * byteSize(type) * random.below(count) + random.below(8 * byteSize(type))
    const constants = program.constants.map((constant, i) => (i === index ? { ...constant, bytes: withBit(bytes, bit) } : constant))
    return otherwise(truth, { ...program, constants }, truth.inputs, program.inputs.length + index, form, `bit ${bit} of constant ${index}`)
  }

/** The trace of quite another program, whose trees may have other depths; its outputs take the place of these where they fit. */
export const otherProgram: Draw = ({ truth, stranger }, random) => {
  const { program } = truth
  const shift = random.below(stranger.trees.length)
  const trees = truth.trees.map((tree, k) => (program.outputs.includes(k) ? tree : stranger.trees[(k + shift) % stranger.trees.length]!))
  const roots = trees.filter((tree, k) => program.places[k]!.committed && tree !== truth.trees[k]).map((tree) => rootOf(tree))
  return roots.length > 0 ? { name: `buffers of another program from ${shift} on`, trace: { ...truth, trees } } : null
}

export const otherModelDownstream: Draw = (scene, random) => (random.chance(0.7) ? otherWeight('downstream') : otherProgram)(scene, random)

function withBit(bytes: Uint8Array, bit: number): Uint8Array {
  // Not `slice`, which of a Buffer, as files give them, is no copy.
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}
