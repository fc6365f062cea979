import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { constantOf, numbersOf } from '@opine/models/lower/constant.ts'
import { OPERATORS } from '@opine/models/lower/operators/registry.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { decodeTensor } from '@opine/models/onnx/decode-tensor.ts'
import type { Tensor } from '@opine/models/onnx/types.ts'
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
const REFUSALS = ['UNSUPPORTED_OPERATOR', 'UNSUPPORTED_TYPE', 'INT64_RANGE', 'DYNAMIC_SHAPE', 'NO_INPUT']

const index = sharedFile('conformance', 'index.json')
const entries = index.skip ? [] : (JSON.parse(readFileSync(index.path, 'utf8')) as Entry[])
const mine = entries.filter(({ ops }) => ops.every((op) => op in OPERATORS))

const readTensor = (path: string): Tensor => decodeTensor(wholeFile(readFileSync(path)))

function tensors(folder: string, kind: 'input' | 'output'): Tensor[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`))
  return Array.from({ length: files.length }, (_, position) => readTensor(join(folder, `${kind}_${position}.pb`)))
}

function check(entry: Entry): 'passed' | string {
  const folder = join(dirname(index.path), entry.suite, entry.test)
  const file = readFileSync(join(folder, 'model.onnx'))
  const names = decodeModel(file).graph.inputs.map((input) => input.name)
  const first = existsSync(join(folder, 'test_data_set_0')) ? tensors(join(folder, 'test_data_set_0'), 'input') : []
  // Inputs that are shapes, axes or switches are constants of a program.
  const bound = (tensor: Tensor): boolean => tensor.type === 'i64' || tensor.type === 'bool'
  const bind = Object.fromEntries(first.flatMap((tensor, position) => (bound(tensor) ? [[names[position]!, tensor]] : [])))
  let compiled: ReturnType<typeof compile>
  try {
    compiled = compile(file, { bind })
  } catch (error) {
    if (error instanceof OpineError && REFUSALS.includes(error.code)) return error.message
    throw error
  }
  const { program, interface: ports } = compiled
  for (let set = 0; existsSync(join(folder, `test_data_set_${set}`)); set += 1) {
    const data = join(folder, `test_data_set_${set}`)
    const buffers = execute(
      program,
      tensors(data, 'input')
        .filter((tensor) => !bound(tensor))
        .map((tensor) => tensor.data.slice()),
    )
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
