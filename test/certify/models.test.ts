import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readModel } from '@opine/cli/model/load.ts'
import type { Certificate } from '@opine/models/certify/certificate.ts'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { expect } from 'chai'
import { sharedFile } from '../support/shared.ts'

const ZOO = join(import.meta.dirname, '../../models/zoo')

const certify = (path: string): Certificate => certifyProgram(readModel(path).program)

/** Rules by which kernels are refused, in order of their first occurrence. */
const rules = ({ kernels }: Certificate): string[] => [...new Set(kernels.flatMap(({ reason }) => (reason ? [reason.rule] : [])))]

describe('float models are refused', () => {
  for (const name of ['credit', 'digits', 'reader', 'story']) {
    it(`${name}: where a float comes in, and then wherever it goes`, () => {
      const certificate = certify(join(ZOO, name, `${name}.onnx`))
      const { orderFree, providers, kernels } = certificate
      expect({ orderFree, providers }).to.deep.equal({ orderFree: false, providers: [] })
      expect(rules(certificate)).to.include('UNBOUNDED')
      // What remains looks numbers up, compares or chooses.
      for (const { verdict, op } of kernels) if (verdict === 'orderFree') expect(op).to.match(/^(gather|map)/)
      for (const { reason } of kernels) if (reason) expect(reason.change).to.match(/^(round|look|scale|multiply|clip|take|store) /)
    })
  }

  for (const path of ['mnist-8/mnist.onnx', 'squeezenet-fp16/SqueezeNet_fp16.onnx', 'ultraface-320/version-RFB-320.onnx']) {
    const { path: file, skip } = sharedFile('models', path)
    it(`${path}: from the first convolution on`, { skip }, () => {
      const { kernels } = certify(file)
      expect(kernels[0]!.reason).to.include({ rule: 'UNBOUNDED', kernel: 0 })
      expect(kernels[0]!.reason!.detail).to.contain('input 0')
      expect(kernels.filter(({ verdict }) => verdict === 'orderFree')).to.deep.equal([])
    })
  }
})

describe('integer models as others write them', () => {
  const cases = [
    ['test_convinteger_with_padding', []],
    ['test_matmulinteger', []],
    // Scales are inputs of these.
    ['test_qlinearconv', ['UNBOUNDED']],
    ['test_qlinearmatmul_3D_uint8_float32', ['UNBOUNDED']],
  ] as const
  for (const [name, expected] of cases) {
    const { path, skip } = sharedFile('conformance', 'node', name, 'model.onnx')
    it(`${name}: ${expected.join(', ') || 'order-free, in integers or in floats'}`, { skip }, () => {
      const certificate = certify(path)
      expect(rules(certificate)).to.deep.equal(expected)
      if (expected.length === 0) expect(certificate.kernels[0]!.asFloat).to.include('bf16')
    })
  }
})
