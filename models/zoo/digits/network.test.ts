import { describe, it } from 'node:test'
import { expect } from 'chai'
import { outputOf } from '../training/layers.ts'
import { crossEntropy, softmax } from '../training/loss.ts'
import { xorshift } from '../training/random.ts'
import { toInput } from './image.ts'
import { createNetwork, learnExample } from './network.ts'
import { SAMPLES } from './samples.ts'

describe('gradients of the digit network', () => {
  it('are the slopes of the loss, in every parameter tensor', () => {
    const network = createNetwork(xorshift(7))
    const { pixels, label } = SAMPLES[3]!
    const image = toInput(pixels)
    const loss = () => crossEntropy(softmax(outputOf(network, image)), label)
    // Over blank paper a unit sits at its bias: off zero, or the loss would have a kink right there.
    for (const { shape, value } of network.parameters)
      if (shape.length === 1) for (const i of value.keys()) value[i] = i % 2 === 0 ? 0.05 : -0.05
    learnExample(network, image, label, 1)
    const random = xorshift(11)
    for (const [tensor, { value, gradient }] of network.parameters.entries()) {
      let steepest = 0
      for (let trial = 0; trial < 40; trial++) {
        const at = Math.floor(random() * value.length)
        const kept = value[at]!
        const step = 2 ** -12
        value[at] = kept + step
        const above = loss()
        value[at] = kept - step
        const slope = (above - loss()) / (2 * step)
        value[at] = kept
        // binary32 activations leave noise of about 1e-3, and a unit may switch within the step
        expect(Math.abs(slope - gradient[at]!), `tensor ${tensor}, weight ${at}`).below(0.003 + 0.03 * Math.abs(slope))
        steepest = Math.max(steepest, Math.abs(slope))
      }
      expect(steepest, `tensor ${tensor} has slopes to compare`).above(0.01)
    }
  })
})
