/** The cells of ONNX RNN, GRU and LSTM, one step of one direction, as elementary nodes on tensors [B, H]. */
import type { Elementary } from './elementary.ts'
import type { Role } from './roles.ts'

/** h and c before and after a step; null for zeros. Only LSTM has c. */
export type State = { readonly h: string | null; readonly c: string | null }

/**
 * What a cell has of its layer.
 * @property input   what the step's input adds to gates `first .. end - 1`: [B, (end - first) H]
 * @property times   name of the recurrence weights of these gates, [H, (end - first) H]
 * @property bias    their biases, those of input and recurrence or the sum of both
 */
export type Step = {
  readonly graph: Elementary
  readonly label: string
  readonly units: number
  readonly roles: Roles
  input(first: number, end: number): string
  times(first: number, end: number): string
  bias(first: number, end: number, part: 'input' | 'state' | 'both'): string
}

/** What tensors of all steps are, by the names that `cells.ts` gives them. */
export type Roles = { readonly [name in 'state' | 'cell' | 'candidate' | 'seen' | 'product' | 'sum']: Role }

export type Cell = (step: Step, state: State) => State

const GATE: Role = { kind: 'gate' }

/** What the curves of gates `first .. end - 1` are functions of. @param from  what the recurrence weights multiply */
function sumOf({ graph, label, roles, input, times, bias }: Step, name: string, first: number, end: number, from: string | null): string {
  const own = input(first, end)
  const constant = bias(first, end, 'both')
  const addend = from ? graph.node('Gemm', [from, times(first, end), constant], `${label}.${name}.product`) : constant
  return graph.node('Add', [own, addend], `${label}.${name}.sum`, {}, roles.sum)
}

/** Gates through a sigmoid, apart. */
function gatesOf(step: Step, name: string, sum: string, count: number): string[] {
  const { graph, label, units } = step
  const all = graph.node('Sigmoid', [sum], `${label}.${name}`, {}, GATE)
  return Array.from({ length: count }, (_, gate) => graph.slice(all, `${label}.${name}.${gate}`, 1, gate * units, (gate + 1) * units))
}

/** `h = tanh(x w + h r)` */
export const rnn: Cell = (step, { h }) => {
  const { graph, label, roles } = step
  return { h: graph.node('Tanh', [sumOf(step, 'state', 0, 1, h)], `${label}.h`, {}, roles.state), c: null }
}

/** Gates i, o, f, c: `c' = f c + i tanh(..)`, `h' = o tanh(c')`. */
export const lstm: Cell = (step, { h, c }) => {
  const { graph, label, units, roles } = step
  const sum = sumOf(step, 'gates', 0, 4, h)
  const [i, o, f] = gatesOf(step, 'iof', graph.slice(sum, `${label}.iof.sum`, 1, 0, 3 * units), 3) as [string, string, string]
  const g = graph.node('Tanh', [graph.slice(sum, `${label}.g.sum`, 1, 3 * units, 4 * units)], `${label}.g`, {}, roles.candidate)
  const taken = (output: string, role?: Role): string => graph.node('Mul', [i, g], output, {}, role)
  const next = c
    ? graph.node('Add', [graph.node('Mul', [f, c], `${label}.kept`), taken(`${label}.taken`)], `${label}.c`, {}, roles.cell)
    : taken(`${label}.c`, roles.cell)
  const seen = graph.node('Tanh', [next], `${label}.seen`, {}, roles.seen)
  return { h: graph.node('Mul', [o, seen], `${label}.h`, {}, roles.state), c: next }
}

/**
 * Gates z, r, h: `h' = (1 - z) n + z h`, where n is a tanh of the candidate's sum.
 * @param after  whether the reset gate acts on the product and its bias, else on the state
 */
export const gru =
  (after: boolean): Cell =>
  (step, { h }) => {
    const { graph, label, roles } = step
    const [z, r] = gatesOf(step, 'zr', sumOf(step, 'zr', 0, 2, h), 2) as [string, string]
    const sum = after ? sumAfter(step, r, h) : sumOf(step, 'n', 2, 3, h && graph.node('Mul', [r, h], `${label}.reset`, {}, roles.state))
    const n = graph.node('Tanh', [sum], `${label}.n`, {}, roles.state)
    const rest = graph.node('Sub', [graph.one(), z], `${label}.rest`, {}, GATE)
    if (!h) return { h: graph.node('Mul', [rest, n], `${label}.h`, {}, roles.state), c: null }
    const fresh = graph.node('Mul', [rest, n], `${label}.fresh`)
    const kept = graph.node('Mul', [z, h], `${label}.kept`)
    return { h: graph.node('Add', [fresh, kept], `${label}.h`, {}, roles.state), c: null }
  }

/** `x w + r (h R + b)`, with the bias of the input. */
function sumAfter({ graph, label, input, times, bias, roles }: Step, r: string, h: string | null): string {
  const inner = h ? graph.node('Gemm', [h, times(2, 3), bias(2, 3, 'state')], `${label}.n.product`, {}, roles.product) : bias(2, 3, 'state')
  const gated = graph.node('Mul', [r, inner], `${label}.n.gated`)
  const own = graph.node('Add', [input(2, 3), bias(2, 3, 'input')], `${label}.n.input`)
  return graph.node('Add', [gated, own], `${label}.n.sum`, {}, roles.sum)
}
