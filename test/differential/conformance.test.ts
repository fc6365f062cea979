import { dirname } from 'node:path'
import { after, describe, it } from 'node:test'
import { runCase } from '@opine/cli/conformance/case.ts'
import { readIndex } from '@opine/cli/conformance/entry.ts'
import { expect } from 'chai'
import { sharedFile } from '../support/shared.ts'
import { comparedExecute } from '../wasm/compare.ts'
import { executorOn, FINEST } from '../wasm/teams.ts'

/** What a case may be refused with; anything else is a defect. */
const REFUSALS = ['UNSUPPORTED_OPERATOR', 'UNSUPPORTED_TYPE', 'INT64_RANGE', 'DYNAMIC_SHAPE', 'EMPTY_TENSOR']

const index = sharedFile('conformance', 'index.json')
const folder = dirname(index.path)
const entries = index.skip ? [] : readIndex(folder)

/** On one thread, and on several with every step cut as finely as can be. */
const executors = [1, 2, 4].map((threads) => executorOn(threads, FINEST))
const compared = comparedExecute(executors)

describe('conformance cases of ONNX', { skip: index.skip }, () => {
  after(() => Promise.all(executors.map((executor) => executor.close())))
  const refused: string[] = []
  for (const entry of entries) {
    it(`${entry.suite}/${entry.test}`, () => {
      const outcome = runCase(folder, entry, compared)
      if (outcome.status === 'failed') expect.fail(outcome.reason)
      if (outcome.status === 'passed') return
      expect(outcome.code).to.be.oneOf(REFUSALS)
      refused.push(`${entry.test}: ${outcome.reason}`)
    })
  }
  it('at least 93 % of the cases pass', (context) => {
    for (const line of refused) context.diagnostic(line)
    expect(entries.length).to.equal(569)
    expect(entries.length - refused.length).to.be.at.least(0.93 * entries.length)
  })
})
