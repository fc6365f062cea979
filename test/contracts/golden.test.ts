import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { DisputeGame } from '@opine/abi/generated/DisputeGame.ts'
import { StepProbe } from '@opine/abi/generated/StepProbe.ts'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { goldenStep } from '../../scripts/golden/source.ts'
import { Arena, revertName } from '../support/arena.ts'
import { deploy } from '../support/deploy.ts'

describe('the golden step', () => {
  it('is what the models give', () => {
    const source = readFileSync(join(import.meta.dirname, '../../contracts/dispute/GoldenStep.sol'), 'utf8')
    expect(source).to.equal(goldenStep())
  })

  it('keeps the game from a chain on which it does not come out', async () => {
    const arena = await Arena.create(sampleNetwork())
    const { oracle, models, operators, parameters, verifier, validator } = arena.deployment
    const terms = { levels: 5, liveClock: `0x${'00'.repeat(20)}` }
    const create = (judge: string) =>
      revertName(deploy(DisputeGame, [oracle, models, operators, parameters, judge, validator, terms], arena.signers[0]!))
    expect(await create(verifier)).to.equal('none')
    const other = await deploy(StepProbe, [], arena.signers[0]!)
    for (const judge of [validator, String(other.target), arena.addresses[5]!])
      expect(await create(judge)).to.equal('DisputeGame_GoldenStepFails')
  })
})
