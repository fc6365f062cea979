import { describe, it } from 'node:test'
import { checkFits, checkOutputs } from '@opine/cli/demo/questions/limits.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { fileOf, integers, node, x } from '../support/onnx-case.ts'

const codeOf = (attempt: () => void): string | undefined => {
  try {
    attempt()
    return undefined
  } catch (error) {
    return error instanceof OpineError ? error.code : String(error)
  }
}

/** A model that repeats one number. */
const repeating = (count: number) =>
  compile(fileOf('repeat', { inputs: x(1), nodes: [node('Expand', 'x shape', 'y')], weights: [integers('shape', count)] })).program

describe('what a demonstration can ask', () => {
  it('is bounded by what bytes cost in a transaction, zeros less than others', () => {
    const [ones, zeros] = [(length: number) => new Uint8Array(length).fill(1), (length: number) => new Uint8Array(length)]
    expect(codeOf(() => checkFits('INPUT_TOO_LARGE', ones(419_430)))).to.equal(undefined)
    expect(codeOf(() => checkFits('INPUT_TOO_LARGE', ones(419_431)))).to.equal('INPUT_TOO_LARGE')
    expect(codeOf(() => checkFits('OUTPUT_TOO_LARGE', zeros(1_677_721)))).to.equal(undefined)
    expect(codeOf(() => checkFits('OUTPUT_TOO_LARGE', zeros(1_677_722)))).to.equal('OUTPUT_TOO_LARGE')
  })

  it('refuses a model whose outputs never fit before it is run', () => {
    expect(codeOf(() => checkOutputs(repeating(2 ** 18)))).to.equal(undefined)
    expect(codeOf(() => checkOutputs(repeating(2 ** 19)))).to.equal('OUTPUT_TOO_LARGE')
  })
})
