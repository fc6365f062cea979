import { describe, it } from 'node:test'
import { Attestations } from '@opine/abi/generated/Attestations.ts'
import { Parameters } from '@opine/abi/generated/Parameters.ts'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { Contract, type ParamType, ZeroAddress } from 'ethers'
import { Arena } from '../support/arena.ts'
import { errorName } from '../support/error-name.ts'

const STRANGER = 9

describe('what governance and guardian alone may call', () => {
  it('is this and no more, in all contracts', async () => {
    const zero = (type: ParamType): unknown => {
      if (type.baseType === 'array') return []
      if (type.baseType === 'tuple') return type.components!.map(zero)
      if (type.type === 'address') return ZeroAddress
      if (type.type === 'bool') return false
      if (type.type === 'string') return ''
      if (type.type === 'bytes') return '0x'
      return type.type.startsWith('bytes') ? `0x${'00'.repeat(Number(type.type.slice(5)))}` : 0
    }
    const arena = await Arena.create(sampleNetwork())
    const parameters = new Contract(arena.deployment.parameters, Parameters.abi, arena.signers[0]!)
    const attestations = new Contract(arena.deployment.attestations, Attestations.abi, arena.signers[0]!)
    const found: string[] = []
    let called = 0
    const contracts = { parameters, attestations, models: arena.models(0), operators: arena.operators(0), oracle: arena.oracle(0) }
    for (const [name, contract] of Object.entries({ ...contracts, game: arena.game(0), claims: arena.claims(0) })) {
      const asStranger = contract.connect(arena.signers[STRANGER]!) as Contract
      for (const fragment of contract.interface.fragments) {
        if (fragment.type !== 'function') continue
        const {
          constant,
          format,
          inputs,
          name: method,
        } = fragment as unknown as { constant: boolean; format: () => string; inputs: ParamType[]; name: string }
        if (constant) continue
        called += 1
        const signature = (format as (this: unknown) => string).call(fragment)
        const refusal = await errorName(contract, asStranger.getFunction(signature).staticCall(...inputs.map(zero)))
        if (refusal === 'AccessManagedUnauthorized') found.push(`${name}.${method}`)
      }
    }
    expect(called).to.be.greaterThan(40)
    expect(found.sort()).to.deep.equal([
      'operators.freeze',
      'operators.setAuthority',
      'parameters.setAuthority',
      'parameters.setGameRules',
      'parameters.setRequestRules',
      'parameters.setVaultRules',
    ])
  })
})
