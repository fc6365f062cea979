import { OpineError } from '@opine/dispute-game/errors.ts'
import type { GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { upgraded } from '../network/upgrade.ts'
import { Reason } from '../reason.ts'
import type { Floats, Others } from '../values.ts'

/**
 * A node as it was, reading what `input` gives for its inputs that are no constants.
 * @param known  what it reads for a constant; the constant itself if not given, or undefined
 * @throws {OpineError} `QUANTIZE_OPSET` for one that newer operator sets do not have so
 */
export function emitFloatNode(
  context: Context,
  node: GraphNode,
  input: (name: string) => string,
  known?: (name: string) => string | undefined,
): (readonly [string, Floats | Others])[] {
  const { network, writer } = context
  const form =
    node.domain === ''
      ? upgraded(node, network.opset, network.tensors.get(node.inputs[0] ?? '')?.shape ?? [])
      : { attributes: node.attributes, added: [], op: node.op, first: node.inputs.length }
  if (form instanceof Reason) throw new OpineError('QUANTIZE_OPSET', form.text, { node: node.name, operator: node.op })
  const inputs: string[] = node.inputs.map((name) => {
    const constant = network.constants.get(name)
    return name === '' ? '' : constant ? (known?.(name) ?? writer.copied(constant)) : input(name)
  })
  const label = node.outputs[0]!
  const added = form.added.map((value) =>
    value === null ? '' : typeof value === 'number' ? writer.scalar(value) : writer.integers(`${label}.extents`, value),
  )
  inputs.splice(form.first ?? inputs.length, 0, ...added)
  while (inputs.at(-1) === '') inputs.pop()
  const outputs = node.outputs.map((name) => (name === '' ? '' : writer.fresh(name)))
  writer.add({
    op: form.op ?? node.op,
    domain: node.domain,
    name: outputs.find((name) => name !== '') ?? label,
    inputs,
    outputs,
    attributes: form.attributes,
  })
  return node.outputs.flatMap((name, index) => {
    if (name === '') return []
    const tensor = network.tensors.get(name)
    const kind = tensor?.type === 'f32' || tensor?.type === 'f16' ? 'floats' : 'others'
    return [[name, { kind, name: outputs[index]!, shape: tensor?.shape ?? [] }] as const]
  })
}
