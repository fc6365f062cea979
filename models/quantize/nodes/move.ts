import type { GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { stored } from '../emit/code.ts'
import { emitFloatNode } from '../emit/float.ts'
import { requantized } from '../emit/region.ts'
import { compress, expand, type Grid } from '../grid.ts'
import { evaluateNodes } from '../network/evaluate.ts'
import { numbersIn } from '../network/numbers.ts'
import { Reason } from '../reason.ts'
import type { Code } from '../values.ts'
import type { Made, Take } from './take.ts'

/** Operators that put elements elsewhere and have no other input that is looked up. */
const REARRANGING: readonly string[] = [
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
  'Pad',
]

/** Whether a node puts elements of its first input elsewhere, or of all inputs that it joins. */
export function isRearranging({ op, domain, attributes }: GraphNode): boolean {
  const mode = attributes.mode && 'string' in attributes.mode ? attributes.mode.string : 'nearest'
  return domain === '' && (REARRANGING.includes(op) || ((op === 'Resize' || op === 'Upsample') && mode === 'nearest'))
}

/** Whether a node puts elements elsewhere. */
export const isMove = (node: GraphNode): boolean => isRearranging(node) || (node.op === 'Gather' && node.domain === '')

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
  if (node.op === 'Pad' && !padsZeros(context, node)) return new Reason('it puts something else than zeros around')
  const data = node.op === 'Concat' ? node.inputs : node.inputs.slice(0, 1)
  const codes = new Map<string, Code>()
  for (const name of data) {
    const code = take.code(name)
    if (code instanceof Reason) return code
    codes.set(name, code)
  }
  const [output] = node.outputs
  const joint = node.attributes.axis
  const along = joint && 'int' in joint ? joint.int : 1
  if (node.op === 'Concat' && !context.uses.staysAlong(output!, [along < 0 ? along + network.tensors.get(output!)!.shape.length : along])) {
    if ([...codes.values()].every(({ steps }) => steps.data.length === 1)) alignSteps(context, output!, codes)
  }
  const steps = new Map<string, Code['steps']>()
  for (const output of node.outputs) {
    const moved = movedSteps(context, node, output, codes)
    if (moved instanceof Reason) return moved
    steps.set(output, moved)
  }
  // What is put around is 0.
  const around = node.op === 'Pad' ? [0] : []
  const low = Math.min(...around, ...[...codes.values()].map((code) => code.low))
  const high = Math.max(...around, ...[...codes.values()].map((code) => code.high))
  const coded = (name: string): string | undefined => codes.get(name)?.name
  const values = emitFloatNode(context, node, (name) => coded(name) ?? take.number(name), coded)
  return values.map(([output, { name }]) => {
    const kept = node.op === 'Concat' ? stored(context, name, { low, high }, output) : name
    return [output, { kind: 'code', name: kept, shape: network.tensors.get(output)!.shape, steps: steps.get(output)!, low, high }] as const
  })
}

/** The integers themselves with another sign. */
export function negated(context: Context, node: GraphNode, take: Take): Made {
  const [input, output] = [node.inputs[0]!, node.outputs[0]!]
  const code = take.code(input)
  if (code instanceof Reason) return code
  const [low, high] = [0 - code.high, 0 - code.low]
  const name = stored(context, context.writer.node('Neg', [code.name], `${output}.neg`), { low, high }, output)
  return [[output, { ...code, name, low, high }]]
}

/** Codes of one step each all have the widest of these. */
function alignSteps(context: Context, output: string, codes: Map<string, Code>): void {
  const widest = Math.max(...[...codes.values()].map(({ steps }) => steps.data[0]!))
  for (const [name, code] of codes) {
    if (code.steps.data[0] !== widest) codes.set(name, requantized(context, code, widest, `${output}.of.${name}`))
  }
}

function padsZeros({ network }: Context, { inputs, attributes }: GraphNode): boolean {
  const { mode, value } = attributes
  if (mode && 'string' in mode && mode.string !== 'constant') return true
  const given = network.constants.get(inputs[2] ?? '')
  if (inputs[2]) return given !== undefined && numbersIn(given)[0] === 0
  return !(value && 'float' in value && value.float !== 0)
}
