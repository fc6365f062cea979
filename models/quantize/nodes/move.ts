import type { GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { stored } from '../emit/code.ts'
import { emitFloatNode } from '../emit/float.ts'
import { compress, expand, type Grid } from '../grid.ts'
import { evaluateNodes } from '../network/evaluate.ts'
import { Reason } from '../reason.ts'
import type { Code } from '../values.ts'
import type { Made, Take } from './take.ts'

/** Operators that put elements elsewhere and have no other input that is looked up. */
export const REARRANGING: readonly string[] = [
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Slice',
  'Split',
  'Concat',
  'DepthToSpace',
  'SpaceToDepth',
  'Expand',
  'Tile',
]

/** Operators that put elements elsewhere. */
export const MOVES: readonly string[] = [...REARRANGING, 'Gather']

/** Numbers of grids that binary32 tells apart. */
const MOST_NUMBERS = 16_777_216

/** The steps of an output of a node that moves elements: it is run on the numbers of the steps. */
export function movedSteps(context: Context, node: GraphNode, output: string, codes: ReadonlyMap<string, Code>): Grid | Reason {
  const { network } = context
  const { shape } = network.tensors.get(output)!
  const names = [...codes.keys()]
  const all = names.flatMap((name) => [...codes.get(name)!.steps.data])
  if (all.every((step) => step === all[0])) return { shape: shape.map(() => 1), data: Float64Array.of(all[0]!) }
  if (all.length > MOST_NUMBERS) return new Reason('its steps are too many')
  let first = 0
  const inputs = Object.fromEntries(
    names.map((name) => {
      const { steps, shape: own } = codes.get(name)!
      const numbers = { shape: steps.shape, data: steps.data.map((_, index) => index + first) }
      first += steps.data.length
      return [name, { shape: own, data: Float32Array.from(expand(numbers, own)) }]
    }),
  )
  const constants = node.inputs.flatMap((name) => network.constants.get(name) ?? [])
  const { data } = evaluateNodes([node], inputs, constants, output, network.opset)
  return compress(
    shape,
    Float64Array.from(data, (index) => all[index]!),
  )
}

/** Elements put elsewhere, as the integers that they are. */
export function moved(context: Context, node: GraphNode, take: Take): Made {
  const { network } = context
  const data = node.op === 'Concat' ? node.inputs : node.inputs.slice(0, 1)
  const codes = new Map<string, Code>()
  for (const name of data) {
    const code = take.code(name)
    if (code instanceof Reason) return code
    codes.set(name, code)
  }
  const steps = new Map<string, Code['steps']>()
  for (const output of node.outputs) {
    const moved = movedSteps(context, node, output, codes)
    if (moved instanceof Reason) return moved
    steps.set(output, moved)
  }
  const low = Math.min(...[...codes.values()].map((code) => code.low))
  const high = Math.max(...[...codes.values()].map((code) => code.high))
  const values = emitFloatNode(context, node, (name) => codes.get(name)?.name ?? take.number(name))
  return values.map(([output, { name }]) => {
    const kept = node.op === 'Concat' ? stored(context, name, { low, high }, output) : name
    return [output, { kind: 'code', name: kept, shape: network.tensors.get(output)!.shape, steps: steps.get(output)!, low, high }] as const
  })
}
