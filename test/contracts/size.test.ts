import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

/** EIP-170: bytes of code that a contract can have. */
const LIMIT = 24_576
/** What is left free at least, so that a mend still fits. */
const ROOM = 1_024

const artifacts = fileURLToPath(new URL('../../artifacts/contracts', import.meta.url))

test('every contract fits the code limit, with room', (context) => {
  const sizes = globSync(`${artifacts}/**/*.sol/*.json`, { exclude: [`${artifacts}/test/**`] }).map((file) => {
    const { deployedBytecode } = JSON.parse(readFileSync(file, 'utf8')) as { deployedBytecode: string }
    return { name: basename(file, '.json'), bytes: (deployedBytecode.length - 2) / 2 }
  })
  const greatest = sizes.toSorted((a, b) => b.bytes - a.bytes)
  context.diagnostic(
    greatest
      .slice(0, 8)
      .map(({ name, bytes }) => `${name} ${bytes}`)
      .join(', '),
  )
  expect(greatest.map(({ name }) => name)).to.include.members(['DisputeGame', 'InferenceOracle', 'StepVerifier', 'OperatorRegistry'])
  for (const { name, bytes } of sizes) expect(bytes, name).to.be.at.most(LIMIT - ROOM)
})
