import { describe, it } from 'node:test'
import { expect } from 'chai'
import { gelu, hyperbolicTangent, logistic } from './activation.ts'

describe('activations of plain arithmetic', () => {
  it('agree with the engine on tanh and the logistic function', () => {
    for (let x = -900; x < 900; x = x * 0.97 + (x < 0 ? 0.01 : 0.02) + (x > 0 ? x * 0.06 : 0)) {
      expect(Math.abs(logistic(x) - 1 / (1 + Math.exp(-x))), `logistic ${x}`).below(1e-10)
      expect(Math.abs(hyperbolicTangent(x) - Math.tanh(x)), `tanh ${x}`).below(1e-10)
    }
  })

  it('give GELU as the integral of the normal density, and its slope', () => {
    const inputs = Float32Array.from({ length: 1201 }, (_, i) => (i - 600) / 64)
    const values = new Float32Array(inputs.length)
    const slopes = new Float32Array(inputs.length)
    gelu(inputs, values, slopes, inputs.length)
    let below = 0
    for (const [i, x] of inputs.entries()) {
      expect(Math.abs(values[i]! - x * below), `gelu ${x}`).below(1e-6)
      expect(Math.abs(slopes[i]! - (below + x * density(x))), `slope ${x}`).below(1e-6)
      // Simpson's rule over eight parts up to the next input
      for (let part = 0; part < 8; part++) {
        const from = x + part / 512
        below += (density(from) + 4 * density(from + 1 / 1024) + density(from + 1 / 512)) / 3072
      }
    }
  })
})

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
