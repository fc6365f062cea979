import { hyperbolicTangent, logistic } from '../training/activation.ts'
import { addBias, addColumnSums, matrix, product, transposed } from '../training/matrix.ts'
import { type Parameter, parameter, uniform } from '../training/parameter.ts'
import type { Random } from '../training/random.ts'

/**
 * A gated recurrent unit (Cho et al., 2014) over a batch of sequences of one length, as ONNX `GRU` with `linear_before_reset` = 1
 * computes it; the state before the first step is 0. For each step t, with gates in the order z, r, n:
 *
 *   a = x[t] W + Wb,  b = h R + Rb,  z = logistic(a.z + b.z),  r = logistic(a.r + b.r),  n = tanh(a.n + r b.n),  h = (1 - z) n + z h
 */
export type Gru = {
  /** W `[width, 3 hidden]`, R `[hidden, 3 hidden]`, Wb and Rb `[3 hidden]`. */
  readonly parameters: readonly [Parameter, Parameter, Parameter, Parameter]
  /** Input `[steps][batch][width]`; returns the last state `[batch][hidden]` (own buffer). */
  forward(input: Float32Array, batch: number): Float32Array
  /** Adds to the parameters' gradients, given that of the last state; returns that of the last input (own buffer). */
  backward(gradient: Float32Array): Float32Array
}

/** For sequences of `steps` steps and at most `most` of them at once. */
export function createGru(random: Random, steps: number, most: number, width: number, hidden: number): Gru {
  const draw = uniform(random, 1 / Math.sqrt(hidden))
  const gates = 3 * hidden
  const [w, r] = [parameter([width, gates], draw), parameter([hidden, gates], draw)]
  const [wb, rb] = [parameter([gates], draw), parameter([gates], draw)]
  const values = steps * most * gates
  const [fromInput, fromState, active] = [new Float32Array(values), new Float32Array(values), new Float32Array(values)]
  const states = new Float32Array((steps + 1) * most * hidden)
  const [inputSide, stateSide] = [new Float32Array(values), new Float32Array(most * gates)]
  const stateGradient = new Float32Array(most * hidden)
  const inputGradient = new Float32Array(steps * most * width)
  let last: Float32Array = new Float32Array(0)
  let batch = 0

  /** Step `t` of a buffer with `columns` values for each sequence. */
  const at = (data: Float32Array, t: number, columns: number) =>
    matrix(data.subarray(t * batch * columns, (t + 1) * batch * columns), batch, columns)

  function activate(t: number): void {
    for (let row = 0; row < batch; row++) {
      const base = (t * batch + row) * gates
      for (let i = 0; i < hidden; i++) {
        const z = base + i
        const r = z + hidden
        const n = r + hidden
        active[z] = logistic(fromInput[z]! + fromState[z]!)
        active[r] = logistic(fromInput[r]! + fromState[r]!)
        active[n] = hyperbolicTangent(fromInput[n]! + active[r]! * fromState[n]!)
        const state = (t * batch + row) * hidden + i
        states[state + batch * hidden] = (1 - active[z]!) * active[n]! + active[z]! * states[state]!
      }
    }
  }

  /** From the gradient of the state after step `t` to those of a and b, and to the direct share of the state before. */
  function retrace(t: number): void {
    for (let row = 0; row < batch; row++) {
      const base = (t * batch + row) * gates
      for (let i = 0; i < hidden; i++) {
        const zi = base + i
        const ri = zi + hidden
        const ni = ri + hidden
        const z = active[zi]!
        const r = active[ri]!
        const n = active[ni]!
        const g = stateGradient[row * hidden + i]!
        const before = states[(t * batch + row) * hidden + i]!
        const dn = g * (1 - z) * (1 - n * n)
        const local = row * gates + i
        inputSide[zi] = g * (before - n) * z * (1 - z)
        inputSide[ri] = dn * fromState[ni]! * r * (1 - r)
        inputSide[ni] = dn
        stateSide[local] = inputSide[zi]!
        stateSide[local + hidden] = inputSide[ri]!
        stateSide[local + 2 * hidden] = dn * r
        stateGradient[row * hidden + i] = g * z
      }
    }
  }

  return {
    parameters: [w, r, wb, rb],

    forward(input, count) {
      last = input
      batch = count
      states.fill(0, 0, batch * hidden)
      const all = matrix(fromInput, steps * batch, gates)
      product(matrix(input, steps * batch, width), matrix(w.value, width, gates), all)
      addBias(all, wb.value)
      for (let t = 0; t < steps; t++) {
        const b = at(fromState, t, gates)
        product(at(states, t, hidden), matrix(r.value, hidden, gates), b)
        addBias(b, rb.value)
        activate(t)
      }
      return at(states, steps, hidden).data
    },

    backward(gradient) {
      stateGradient.set(gradient)
      for (let t = steps - 1; t >= 0; t--) {
        retrace(t)
        const side = matrix(stateSide, batch, gates)
        product(transposed(at(states, t, hidden)), side, matrix(r.gradient, hidden, gates), true)
        addColumnSums(side, rb.gradient)
        product(side, transposed(matrix(r.value, hidden, gates)), matrix(stateGradient, batch, hidden), true)
      }
      const all = matrix(inputSide, steps * batch, gates)
      product(transposed(matrix(last, steps * batch, width)), all, matrix(w.gradient, width, gates), true)
      addColumnSums(all, wb.gradient)
      product(all, transposed(matrix(w.value, width, gates)), matrix(inputGradient, steps * batch, width))
      return inputGradient
    },
  }
}
