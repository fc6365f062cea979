import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { decodeTensor } from '@opine/models/onnx/decode-tensor.ts'
import type { Model, Tensor } from '@opine/models/onnx/types.ts'
import { wholeFile } from '@opine/models/onnx/wire.ts'
import type { Execute } from '@opine/models/trace/trace.ts'
import { readFile } from '../files.ts'
import { tensorBytes } from '../model/tensor-bytes.ts'
import { type BoundModel, compileBound } from './bound.ts'
import type { Entry } from './entry.ts'
import { type Fault, judge } from './judge.ts'

/**
 * How a case ended: unsupported where compiling it gives a typed error, failed where a result is wrong.
 * @property operator  the one that the compiler refuses, or those that the case is about
 */
export type Outcome =
  | { readonly status: 'passed' }
  | { readonly status: 'unsupported'; readonly operator: string; readonly code: string; readonly reason: string }
  | ({ readonly status: 'failed' } & Fault)

/** Runs a case through the compiler and an executor, the defining one unless said otherwise. @throws {OpineError} `FILE_MISSING`, `FILE_UNUSABLE` */
export function runCase(root: string, entry: Entry, execute: Execute = reference): Outcome {
  const folder = join(root, entry.suite, entry.test)
  const file = readFile(join(folder, 'model.onnx'))
  const sets = dataSets(folder)
  let compiled: BoundModel
  try {
    compiled = compileBound(decodeModel(file), sets[0] ? tensors(sets[0], 'input') : [])
  } catch (error) {
    if (!(error instanceof OpineError)) return { status: 'failed', reason: `the compiler breaks: ${error}`, difference: null }
    const { operator } = error.details
    return {
      status: 'unsupported',
      operator: typeof operator === 'string' ? operator : entry.ops.join(', '),
      code: error.code,
      reason: error.message,
    }
  }
  for (const set of sets) {
    const fault = runSet(compiled, set, entry, execute)
    if (fault) return { status: 'failed', ...fault }
  }
  return { status: 'passed' }
}

function runSet({ program, interface: ports, bound }: BoundModel, folder: string, entry: Entry, execute: Execute): Fault | null {
  try {
    const given = tensors(folder, 'input').filter((tensor) => !bound(tensor))
    const inputs = program.inputs.map((_, position) => (given[position] ? tensorBytes(given[position]).bytes : new Uint8Array(4)))
    const buffers = execute(program, inputs)
    const expected = tensors(folder, 'output')
    if (expected.length !== ports.outputs.length)
      return { reason: `${ports.outputs.length} outputs instead of ${expected.length}`, difference: null }
    for (const [position, tensor] of expected.entries()) {
      const fault = judge(ports.outputs[position]!, buffers[program.outputs[position]!]!, tensor, entry)
      if (fault) return fault
    }
    return null
  } catch (error) {
    return { reason: `it does not run: ${error instanceof OpineError ? `${error.code}: ${error.message}` : error}`, difference: null }
  }
}

/** The model of a case, or null where it is no model that can be read. */
export function caseModel(root: string, { suite, test }: Entry): Model | null {
  try {
    return decodeModel(readFile(join(root, suite, test, 'model.onnx')))
  } catch (error) {
    if (error instanceof OpineError) return null
    throw error
  }
}

function dataSets(folder: string): string[] {
  const sets: string[] = []
  while (existsSync(join(folder, `test_data_set_${sets.length}`))) sets.push(join(folder, `test_data_set_${sets.length}`))
  if (sets.length > 0) return sets
  throw new OpineError('FILE_MISSING', `there is no folder ${join(folder, 'test_data_set_0')}; a case needs its data`, { path: folder })
}

function tensors(folder: string, kind: 'input' | 'output'): Tensor[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`))
  return files.map((_, position) => decodeTensor(wholeFile(readFile(join(folder, `${kind}_${position}.pb`)))))
}
