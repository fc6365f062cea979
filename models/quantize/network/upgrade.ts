import type { Attribute, GraphNode } from '../../onnx/types.ts'
import { Reason } from '../reason.ts'

/** The new graph is of this operator set at least: Clip, Round, Gather and ReduceSum are as they are used here. */
export const LEAST_OPSET = 13

/** Attributes that became inputs by operator set 13, in the order of those. */
const INPUTS: Readonly<Record<string, { readonly since: number; readonly names: readonly string[]; readonly floats: boolean }>> = {
  Slice: { since: 10, names: ['starts', 'ends', 'axes'], floats: false },
  Squeeze: { since: 13, names: ['axes'], floats: false },
  Unsqueeze: { since: 13, names: ['axes'], floats: false },
  Split: { since: 13, names: ['split'], floats: false },
  ReduceSum: { since: 13, names: ['axes'], floats: false },
  Pad: { since: 11, names: ['pads', 'value'], floats: false },
  Clip: { since: 11, names: ['min', 'max'], floats: true },
}

/** Operators whose old forms mean something else in a way that is not told here. */
const CHANGED: Readonly<Record<string, number>> = { Resize: 11, Upsample: 10, TopK: 10, Softmax: 13, LogSoftmax: 13 }

/** @property op  where it has another name since @property first  how many of the inputs come before those that are added: all if not given */
export type Upgraded = {
  readonly op?: string
  readonly first?: number
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly added: readonly (readonly number[] | number | null)[]
}

/**
 * A node of an old operator set as the one that the new graph has wants it.
 * @param shape  of its first input
 */
export function upgraded(node: GraphNode, opset: number, shape: readonly number[]): Upgraded | Reason {
  const { op, attributes } = node
  const form = INPUTS[op]
  if (form && opset < form.since) {
    const added = form.names.map((name) => {
      const attribute = attributes[name]
      return attribute && 'ints' in attribute ? attribute.ints : attribute && 'float' in attribute ? attribute.float : null
    })
    return { attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !form.names.includes(name))), added }
  }
  if (opset >= (CHANGED[op] ?? 0)) return { attributes, added: [] }
  const mode = attributes.mode
  // Places were cut off, and are told by what an input is multiplied by.
  if ((op === 'Upsample' || op === 'Resize') && (!mode || ('string' in mode && mode.string === 'nearest'))) {
    const { scales, ...others } = attributes
    const form = { ...others, coordinate_transformation_mode: { string: 'asymmetric' }, nearest_mode: { string: 'floor' } }
    if (node.inputs.length > 1) return { op: 'Resize', attributes: form, added: [null], first: 1 }
  }
  if (op === 'Softmax' || op === 'LogSoftmax') {
    const attribute = attributes.axis
    const written = attribute && 'int' in attribute ? attribute.int : 1
    const axis = written < 0 ? written + shape.length : written
    // The old form takes all axes from this one on together.
    if (shape.slice(axis + 1).every((extent) => extent === 1)) return { attributes: { axis: { int: axis } }, added: [] }
  }
  return new Reason(
    `${op} of operator set ${opset} has no equal in set ${LEAST_OPSET}; convert the model to set ${LEAST_OPSET} first (onnx.version_converter)`,
  )
}
