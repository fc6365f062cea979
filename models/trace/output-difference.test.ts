import { it } from 'node:test'
import { expect } from 'chai'
import { execute } from '../exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '../exec/reference/sample.ts'
import { byteSize } from '../ir/types.ts'
import { outputBytes } from './commit.ts'
import { outputDifference } from './output-difference.ts'
import { buildTrace } from './trace.ts'

it('finds the first output element that differs, of whatever output', () => {
  const program = sampleNetwork()
  const trace = buildTrace(program, [sampleImage(1)], execute)
  const truth = outputBytes(trace)
  expect(outputDifference(trace, truth)).to.equal(undefined)
  let start = 0
  for (const [output, kernel] of program.outputs.entries()) {
    const { length } = trace.buffers[kernel]!
    const size = byteSize(program.kernels[kernel]!.storeType)
    for (const at of [0, length - 1]) {
      const wrong = truth.slice()
      wrong[start + at]! ^= 1
      wrong[truth.length - 1]! ^= 2
      const found = outputDifference(trace, wrong)!
      expect(found).to.include({ output, kernel, element: Math.floor(at / size) })
      expect(found.asserted).to.not.equal(found.own)
    }
    start += length
  }
})
