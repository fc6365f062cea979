import type { Parameter } from './parameter.ts'

/** Takes one step down the gradients at learning rate `rate` and sets them to zero. */
export type Optimiser = (rate: number) => void

/**
 * Adam with decoupled weight decay: Kingma and Ba (2015), Loshchilov and Hutter (2019).
 * Moments are stored as binary32. `decay` is the share of a weight lost per unit of learning rate.
 */
export function adam(parameters: readonly Parameter[], decay: number): Optimiser {
  const [keepMean, keepSquare, epsilon] = [0.9, 0.999, 1e-8]
  const means = parameters.map((p) => new Float32Array(p.value.length))
  const squares = parameters.map((p) => new Float32Array(p.value.length))
  let meanBias = 1
  let squareBias = 1
  return (rate) => {
    meanBias *= keepMean
    squareBias *= keepSquare
    for (const [index, { value, gradient }] of parameters.entries()) {
      const mean = means[index]!
      const square = squares[index]!
      for (let i = 0; i < value.length; i++) {
        const g = gradient[i]!
        mean[i] = keepMean * mean[i]! + (1 - keepMean) * g
        square[i] = keepSquare * square[i]! + (1 - keepSquare) * g * g
        const step = mean[i]! / (1 - meanBias) / (Math.sqrt(square[i]! / (1 - squareBias)) + epsilon)
        value[i] = value[i]! - rate * (step + decay * value[i]!)
      }
      gradient.fill(0)
    }
  }
}
