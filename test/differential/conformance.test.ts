import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { ModelInterface, Program } from '@opine/models/ir/types.ts'
import { compileModel } from '@opine/models/lower/compile.ts'
import { constantOf, numbersOf } from '@opine/models/lower/constant.ts'
import { OPERATORS } from '@opine/models/lower/operators/registry.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { decodeTensor } from '@opine/models/onnx/decode-tensor.ts'
import type { Tensor, ValueInfo } from '@opine/models/onnx/types.ts'
import { wholeFile } from '@opine/models/onnx/wire.ts'
import { expect } from 'chai'
import { sharedFile } from '../support/shared.ts'

/** One entry of the suite's index: ONNX's own backend tests, each a model with inputs and expected outputs. */
type Entry = {
  readonly suite: string
  readonly test: string
  readonly ops: readonly string[]
  readonly rtol: number
  readonly atol: number
}

/** What a case may be refused with; anything else is a defect. */
const REFUSALS = ['UNSUPPORTED_OPERATOR', 'UNSUPPORTED_TYPE', 'INT64_RANGE', 'DYNAMIC_SHAPE', 'EMPTY_TENSOR']

const index = sharedFile('conformance', 'index.json')
const entries = index.skip ? [] : (JSON.parse(readFileSync(index.path, 'utf8')) as Entry[])
const mine = entries.filter(({ ops }) => ops.every((op) => op in OPERATORS))

/** What a program is fed: 64-bit integers as 32-bit ones. */
function bytesOf({ type, data }: Tensor): Uint8Array {
  if (type !== 'i64') return data.slice()
  return new Uint8Array(Int32Array.from(new BigInt64Array(Uint8Array.from(data).buffer), Number).buffer)
}

const readTensor = (path: string): Tensor => decodeTensor(wholeFile(readFileSync(path)))

function tensors(folder: string, kind: 'input' | 'output'): Tensor[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`))
  return Array.from({ length: files.length }, (_, position) => readTensor(join(folder, `${kind}_${position}.pb`)))
}

/**
 * Which inputs are constants of the program: none, then shapes, axes and switches, then all integers, then everything; the first choice
 * that compiles counts. A model whose inputs are all bound gets one that nobody reads, since a program has at least one.
 */
const BINDINGS: readonly ((tensor: Tensor) => boolean)[] = [
  () => false,
  ({ type }) => type === 'i64' || type === 'bool',
  ({ type }) => type !== 'f32' && type !== 'f16',
  () => true,
]

type Compiled = { readonly program: Program; readonly interface: ModelInterface; readonly bound: (tensor: Tensor) => boolean }

function compileBound(file: Uint8Array, tensors: readonly Tensor[]): Compiled | string {
  const model = decodeModel(file)
  // Old models list their initializers among their inputs.
  const fed = model.graph.inputs.filter(({ name }) => !model.graph.initializers.some((tensor) => tensor.name === name))
  let refusal = ''
  for (const bound of BINDINGS) {
    const bind = Object.fromEntries(tensors.flatMap((tensor, position) => (bound(tensor) ? [[fed[position]!.name, tensor]] : [])))
    const inputs: ValueInfo[] = [...model.graph.inputs]
    if (Object.keys(bind).length === fed.length) inputs.push({ name: 'read by nobody', type: 'f32', shape: [1] })
    try {
      return { ...compileModel({ ...model, graph: { ...model.graph, inputs } }, { bind }), bound }
    } catch (error) {
      if (!(error instanceof OpineError && REFUSALS.includes(error.code))) throw error
      refusal = error.message
    }
  }
  return refusal
}

function check(entry: Entry): 'passed' | string {
  const folder = join(dirname(index.path), entry.suite, entry.test)
  const file = readFileSync(join(folder, 'model.onnx'))
  const first = existsSync(join(folder, 'test_data_set_0')) ? tensors(join(folder, 'test_data_set_0'), 'input') : []
  const compiled = compileBound(file, first)
  if (typeof compiled === 'string') return compiled
  const { program, interface: ports, bound } = compiled
  for (let set = 0; existsSync(join(folder, `test_data_set_${set}`)); set += 1) {
    const data = join(folder, `test_data_set_${set}`)
    const given = tensors(data, 'input').filter((tensor) => !bound(tensor))
    const inputs = program.inputs.map((_, position) => (given[position] ? bytesOf(given[position]) : new Uint8Array(4)))
    const buffers = execute(program, inputs)
    for (const [position, expected] of tensors(data, 'output').entries()) {
      const port = ports.outputs[position]!
      expect(port.shape).to.deep.equal(expected.shape.length > 0 ? expected.shape : [1])
      const type = port.type === 'u8' && expected.type === 'bool' ? 'bool' : port.type
      const got = numbersOf(constantOf({ name: port.name, type, shape: port.shape, data: buffers[program.outputs[position]!]! }))!
      for (const [element, value] of numbersOf(constantOf(expected))!.entries()) {
        const close =
          Object.is(got[element], value) ||
          Math.abs(got[element]! - value) <= entry.atol + entry.rtol * Math.abs(value) ||
          got[element] === value
        if (!close) expect.fail(`output ${position}, element ${element}: ${got[element]} instead of ${value}`)
      }
    }
  }
  return 'passed'
}

describe('conformance cases of ONNX', { skip: index.skip }, () => {
  const refused: string[] = []
  for (const entry of mine) {
    it(`${entry.suite}/${entry.test}`, () => {
      const outcome = check(entry)
      if (outcome !== 'passed') refused.push(`${entry.test}: ${outcome}`)
    })
  }
  it('most of the cases of known operators pass', (context) => {
    for (const line of refused) context.diagnostic(line)
    expect(refused.length).to.be.below(mine.length / 12)
  })
})
