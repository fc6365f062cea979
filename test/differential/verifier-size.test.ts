import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { expect } from 'chai'

/** Files of contracts/step that judge validity and take no part in a step. */
const VALIDATOR = /^(Bytes|CodeRules|DescriptorRules|KernelValidator|LoadRules|MetaRules|Rule|StepRules)\.sol$/

const filesIn = (folder: string, taken: (name: string) => boolean): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sol') && taken(name))
    .map((name) => join(folder, name))

/** Lines that say something: no blanks and comments, no pragma and imports, no brackets alone. */
function statements(file: string): number {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const lines = text.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim())
  return lines.filter((line) => line !== '' && !/^[{}()\s;,]*$/.test(line) && !/^(import|pragma|\} else \{)/.test(line)).length
}

it('the verifier of a step stays small enough to be read in an evening', (context) => {
  const sum = (files: readonly string[]): number => files.reduce((total, file) => total + statements(file), 0)
  const step = sum(filesIn('contracts/step', (name) => !VALIDATOR.test(name)))
  const arithmetic = sum(filesIn('contracts/libraries', (name) => /^(Float32.*|Int32)\.sol$/.test(name)))
  context.diagnostic(
    `decoding, openings, walk, interpreter and folds: ${step} lines; numbers: ${arithmetic}; together ${step + arithmetic}`,
  )
  expect(step).to.be.below(900)
  expect(step + arithmetic).to.be.below(1100)
})

it('no file of it is longer than 150 lines, but for the one of binary32', () => {
  const files = filesIn('contracts/step', () => true)
  const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 151)
  expect(long).to.deep.equal([])
})
