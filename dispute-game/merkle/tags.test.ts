import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { expect } from 'chai'
import { TAG_BUFFER, TAG_INPUTS, TAG_PROGRAM, TAG_SALT } from './tags.ts'

const TAGS = { buffer: TAG_BUFFER, program: TAG_PROGRAM, salt: TAG_SALT, inputs: TAG_INPUTS }

test('each tag is the hash of its name, in both languages', () => {
  const contract = readFileSync(new URL('../../contracts/libraries/Tags.sol', import.meta.url), 'utf8')
  const constants = [...contract.matchAll(/bytes32 constant TAG_(\w+) = 0x(\w{64});/g)]
  expect(constants.length).to.equal(Object.keys(TAGS).length)
  for (const [, name = '', hex] of constants) {
    const hash = createHash('sha256').update(`opine.${name.toLowerCase()}.v1`).digest('hex')
    expect(hex).to.equal(hash)
    const twin = TAGS[name.toLowerCase() as keyof typeof TAGS]
    expect(Buffer.from(twin).toString('hex')).to.equal(hash)
  }
})
