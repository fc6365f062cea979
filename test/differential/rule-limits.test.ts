import { before, describe, it } from 'node:test'
import { RULES } from '@opine/models/ir/rules.ts'
import { validateKernelBytes } from '@opine/models/ir/validate-kernel.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { CODE_LIMITS } from './limits-of-code.ts'
import { CONTENT_LIMITS } from './limits-of-content.ts'
import { SHAPE_LIMITS } from './limits-of-shape.ts'
import { callOf, kernelCaseOf } from './subject.ts'
import { deployValidator, ruleOnChain } from './validator-chain.ts'

const LIMITS = { ...SHAPE_LIMITS, ...CONTENT_LIMITS, ...CODE_LIMITS }

let validator: Contract
before(async () => {
  validator = await deployValidator()
})

describe('every limit of validity on chain', () => {
  for (const rule of RULES) {
    for (const [what, within, beyond] of LIMITS[rule]) {
      it(`${rule}: ${what}`, async () => {
        for (const [subject, expected] of [
          [within, null],
          [beyond, rule],
        ] as const) {
          expect(validateKernelBytes(kernelCaseOf(subject))?.rule ?? null).to.equal(expected)
          expect(await ruleOnChain(validator, subject)).to.equal(expected)
          // What the game asks before it lets the challenger win.
          expect(await validator.getFunction('isInvalid').staticCall(...callOf(subject).args)).to.equal(expected !== null)
        }
      })
    }
  }
})
