import { execute } from '@opine/models/exec/reference/execute.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { constantOf, numbersOf } from '@opine/models/lower/constant.ts'
import type { ConstantBuffer } from '@opine/models/lower/draft.ts'
import { encodeModel, packTensor } from '@opine/models/onnx/encode.ts'
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { difference, type Numbers } from './run-onnx.ts'

/** An input with its values, or a constant of the model; null for an optional input that is absent. */
export type Given = {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: readonly number[]
  readonly known?: boolean
}

export type NodeCase = {
  readonly op: string
  readonly inputs: readonly (Given | null)[]
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly opset?: number
  /** Types of the outputs; that of the first input if not given. */
  readonly gives?: readonly ElementType[]
  /** Of `max(1, |expected|)`. */
  readonly tolerance?: number
}

const NAMES = { f32: 'float32', i32: 'int32', i64: 'int64', i8: 'int8', u8: 'uint8', bool: 'bool', f16: 'float16', f64: 'float64' } as const

function arrayOf({ type, data }: Given): Float32Array | Int32Array | BigInt64Array | Int8Array | Uint8Array {
  if (type === 'i64') return BigInt64Array.from(data.map(BigInt))
  if (type === 'f32') return Float32Array.from(data)
  if (type === 'i32') return Int32Array.from(data)
  return type === 'i8' ? Int8Array.from(data) : Uint8Array.from(data)
}

/**
 * Runs a model of one node with the defining executor and with ONNX Runtime.
 * @returns the first difference in words, null where there is none
 */
export async function compareNode(given: NodeCase): Promise<string | null> {
  const { op, inputs, attributes = {}, opset = 18, gives = [inputs[0]!.type], tolerance = 1e-6 } = given
  const named = inputs.flatMap((input, index) => (input ? [{ ...input, name: `x${index}` }] : []))
  const fed = named.filter(({ known }) => !known)
  const outputs = gives.map((type, index) => ({ name: `y${index}`, type, shape: null }))
  const file = encodeModel({
    name: op,
    opset,
    inputs: fed,
    outputs,
    nodes: [
      {
        op,
        name: op,
        inputs: inputs.map((input, index) => (input ? `x${index}` : '')),
        outputs: outputs.map(({ name }) => name),
        attributes,
      },
    ],
    initializers: named.filter(({ known }) => known),
  })
  const session = await InferenceSession.create(file, { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 })
  const expected = await session.run(
    Object.fromEntries(fed.map((input) => [input.name, new Tensor(NAMES[input.type], arrayOf(input) as Float32Array, input.shape)])),
  )
  const { program, interface: ports } = compile(file, { anyOpset: true })
  const bytes = fed.map((input) => (constantOf(packTensor(input)).buffer as ConstantBuffer).bytes)
  const buffers = execute(program, bytes)
  for (const [index, { name }] of outputs.entries()) {
    const port = ports.outputs[index]!
    const view = constantOf({ name, type: port.type, shape: port.shape, data: buffers[program.outputs[index]!]! })
    const actual: Numbers = { shape: port.shape, values: numbersOf(view)! }
    const wanted: Numbers = { shape: expected[name]!.dims, values: Array.from(expected[name]!.data as Float32Array, Number) }
    const found = difference(actual, wanted, tolerance)
    if (found) return `output ${index}: ${found}`
  }
  return null
}
