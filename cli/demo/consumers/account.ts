import { requestTerms } from '@opine/client/request-terms.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Contract } from 'ethers'
import { send } from '../../chain/send.ts'
import { NAMES } from '../cast.ts'
import type { Stage } from '../staging.ts'
import { FEE, OWN_TERMS } from '../terms.ts'
import type { Consumer } from './consumer.ts'

/** An account that asks for itself and looks the answer up. */
export function askerAccount({ provider, signers, cast, contracts }: Stage, versionId: string): Consumer {
  const oracle = contracts.oracle.connect(signers.asker) as Contract
  return {
    kind: 'pull',
    name: NAMES.asker,
    contract: null,
    address: cast.asker.address,
    ask: async (input) => {
      const { deadline, ...terms } = OWN_TERMS
      const now = (await provider.getBlock('latest'))!.timestamp
      const bond: bigint = await oracle.getFunction('minimumBond')(FEE)
      // The base fee, with which the least bond grows, may rise until the question is mined.
      const complete = requestTerms({ ...terms, deadline: now + deadline, bond: 2n * bond, fee: FEE })
      const due: bigint = await oracle.getFunction('estimateFee')(versionId, complete)
      return send(oracle, 'requestInference', [versionId, toHex(input), complete], { value: due })
    },
    claims: async ({ requestId, truth }) => {
      const { assertion } = await oracle.getFunction('resultOf')(requestId)
      const holds: boolean = await oracle.getFunction('checkOutput')(requestId, assertion, toHex(truth))
      return [{ claim: 'the oracle has the true answer, byte for byte', holds, found: holds ? 'those bytes' : 'other bytes' }]
    },
  }
}
