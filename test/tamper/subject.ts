import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { zooModels } from '../support/zoo.ts'

/** @property truths  the true traces of the model's example inputs */
export type Subject = { readonly name: string; readonly program: Program; readonly truths: readonly Trace[] }

/** One of our own trained models with its examples. */
export function subjectOf(name: string): Subject {
  const model = zooModels().find((each) => each.name === name)!
  const { program, interface: ports } = compile(readFileSync(model.file))
  const files = globSync('examples/*.json', { cwd: dirname(model.file) }).sort()
  const truths = files.map((file) => {
    const values: unknown[] = JSON.parse(readFileSync(join(dirname(model.file), file), 'utf8'))
    if (ports.inputs.length !== 1)
      throw new Error(`${basename(model.file)} has ${ports.inputs.length} inputs; its examples are read as one`)
    const numbers = values.flat(Number.POSITIVE_INFINITY) as number[]
    const input = ports.inputs[0]!.type === 'i32' ? Int32Array.from(numbers) : Float32Array.from(numbers)
    return buildTrace(program, [new Uint8Array(input.buffer)], execute)
  })
  return { name, program, truths }
}
