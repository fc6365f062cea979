import type { GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { stored } from '../emit/code.ts'
import { Reason } from '../reason.ts'
import type { Made, Take } from './take.ts'

/** The greatest of each window, of integers with one step a channel. */
export function pooled(context: Context, node: GraphNode, take: Take): Made {
  const { network, writer } = context
  const [input, output] = [node.inputs[0]!, node.outputs[0]!]
  const code = take.code(input)
  if (code instanceof Reason) return code
  if (code.steps.shape.some((extent, axis) => axis > 1 && extent > 1)) return new Reason('its input has steps that vary within a channel')
  const { storage_order: _, ...attributes } = node.attributes
  const pooled = writer.node('MaxPool', [code.name], `${output}.max`, attributes)
  // What is padded is below everything; windows that lie in the padding alone would be so too.
  const padded = isPadded(node) ? writer.node('Clip', [pooled, writer.scalar(code.low), writer.scalar(code.high)], `${output}.cut`) : pooled
  return [[output, { ...code, name: stored(context, padded, code, output), shape: network.tensors.get(output)!.shape }]]
}

function isPadded({ attributes: { pads, auto_pad, ceil_mode } }: GraphNode): boolean {
  const given = pads !== undefined && 'ints' in pads && pads.ints.some((pad) => pad !== 0)
  const same = auto_pad !== undefined && 'string' in auto_pad && auto_pad.string.startsWith('SAME')
  return given || same || (ceil_mode !== undefined && 'int' in ceil_mode && ceil_mode.int === 1)
}
