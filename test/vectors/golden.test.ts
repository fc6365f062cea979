import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { expect } from 'chai'
import { GOLDEN_FILE, goldenText } from '../../scripts/vectors/golden.ts'

it('the golden cases are what the generator writes', () => {
  expect(goldenText()).to.equal(readFileSync(GOLDEN_FILE, 'utf8'))
})
