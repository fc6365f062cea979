import { expect } from 'chai'
import type { Parameter } from './parameter.ts'
import { below, xorshift } from './random.ts'

/**
 * Asserts that `learn`, which returns a loss and adds its gradient, adds in each tensor what the loss itself shows: at a few places drawn, its
 * change over a small step up and down. For tests.
 */
export function expectSlopes(parameters: readonly Parameter[], learn: () => number): void {
  for (const { gradient } of parameters) gradient.fill(0)
  learn()
  const gradients = parameters.map(({ gradient }) => gradient.slice())
  const random = xorshift(11)
  for (const [tensor, { value }] of parameters.entries()) {
    const steepest = gradients[tensor]!.reduce((best, g, at, all) => (Math.abs(g) > Math.abs(all[best]!) ? at : best), 0)
    expect(Math.abs(gradients[tensor]![steepest]!), `tensor ${tensor} has a slope to compare`).above(1e-3)
    for (const at of [steepest, ...Array.from({ length: 4 }, () => below(random, value.length))]) {
      const kept = value[at]!
      const step = 1 / 256
      value[at] = kept + step
      const above = learn()
      value[at] = kept - step
      const slope = (above - learn()) / (2 * step)
      value[at] = kept
      // values of binary32, and a loss that is not quite a parabola within the step
      expect(Math.abs(slope - gradients[tensor]![at]!), `tensor ${tensor}, weight ${at}`).below(5e-4 + 0.01 * Math.abs(slope))
    }
  }
}
