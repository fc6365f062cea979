import { packTensor } from '../../onnx/encode.ts'
import { constantOf } from '../constant.ts'
import type { NodeReader, Operator, OperatorTable, Value } from '../node.ts'
import { type Activation, activationsOf, clipped } from '../recurrent/activation.ts'
import { gruCell, lstmCell, rnnCell } from '../recurrent/cells.ts'
import { type Outcome, ofDirection, overLengths, type Parts, partsOf, sideBySide } from '../recurrent/parts.ts'
import { type Cell, unroll } from '../recurrent/unroll.ts'
import { permute, slice, type View } from '../view.ts'
import { floatOnly } from './elementwise.ts'

type Kind = {
  readonly gates: number
  readonly activations: readonly string[]
  readonly cell: (node: NodeReader, activations: readonly Activation[], parts: Parts) => Cell
}

/** Whether the reset gate of a GRU acts on the product, not on the state. */
const resetsAfter = (node: NodeReader): boolean => node.int('linear_before_reset', 0) === 1

const KINDS: Readonly<Record<string, Kind>> = {
  RNN: { gates: 1, activations: ['Tanh'], cell: (_, [f]) => rnnCell(f!) },
  GRU: {
    gates: 3,
    activations: ['Sigmoid', 'Tanh'],
    cell: (node, [f, g], parts) => gruCell(f!, g!, resetsAfter(node) ? biasOfProduct(node, parts) : null),
  },
  LSTM: {
    gates: 4,
    activations: ['Sigmoid', 'Tanh', 'Tanh'],
    cell: (node, [f, g, h], { peepholes }) => lstmCell({ f: f!, g: g!, h: h!, coupled: node.int('input_forget', 0) === 1, peepholes }),
  },
}

/** The recurrence bias of gate h, `[D, H]`. */
function biasOfProduct(node: NodeReader, { biases }: Parts): View {
  if (!biases) return constantOf(packTensor({ name: `${node.label} bias`, type: 'f32', shape: [1, 1], data: [0] }))
  const own = slice(slice(node.builder.simple(biases), 1, 1, 1, 1)!, 2, 2, 1, 1)!
  return { ...own, dims: [own.dims[0]!, own.dims[3]!] }
}

/** RNN, GRU and LSTM over as many steps as the input has: unrolled while compiling. */
function recurrent({ gates, activations: defaults, cell }: Kind): Operator {
  return (node) => {
    floatOnly(node, ...[0, 1, 2].map((index) => node.input(index)))
    const direction = node.text('direction', 'forward')
    if (!['forward', 'reverse', 'bidirectional'].includes(direction)) throw node.invalid(`has the direction '${direction}'`)
    const reverse = direction === 'bidirectional' ? [false, true] : [direction === 'reverse']
    const batchFirst = node.opset >= 14 && node.int('layout', 0) === 1
    const parts = partsOf(node, gates, reverse.length, batchFirst, gates === 3 && resetsAfter(node) ? 2 : null)
    const clip = clipped(node.attribute('clip') ? node.float('clip', 0) : null)
    const activations = activationsOf(node, reverse.length, defaults).map((own) => own.map((code) => [...clip, ...code]))
    // Directions that calculate alike share their kernels.
    const alike = JSON.stringify(activations[0]) === JSON.stringify(activations.at(-1))
    const run = (own: Parts): Outcome => {
      if (alike) return unroll(node.builder, { ...own, reverse }, cell(node, activations[0]!, own))
      const each = reverse.map((back, index) => {
        const half = ofDirection(node.builder, own, index)
        return unroll(node.builder, { ...half, reverse: [back] }, cell(node, activations[index]!, half))
      })
      return sideBySide(node.builder, each, 1)
    }
    const { y, last } = overLengths(node, parts, node.known(4), run)
    const shown = (view: View, order: readonly number[]): Value => ({ type: 'f32', view: batchFirst ? permute(view, order) : view })
    const state = (view: View): Value => shown(view, [1, 0, 2])
    return [shown(y, [2, 0, 1, 3]), state(last.h!), ...(last.c ? [state(last.c)] : [])]
  }
}

export const RECURRENT: OperatorTable = Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, recurrent(kind)]))
