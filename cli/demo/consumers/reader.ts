import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { requestTerms } from '@opine/client/request-terms.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { deployContract } from '../../chain/deploy-contract.ts'
import { send } from '../../chain/send.ts'
import { readingOf } from '../questions/digit.ts'
import type { Stage } from '../staging.ts'
import { FEE, READER_TERMS } from '../terms.ts'
import type { Consumer } from './consumer.ts'

/** A contract that is called back with the final answer. */
export async function digitReader({ provider, signers, deployment, contracts }: Stage, versionId: string): Promise<Consumer> {
  const contract = await deployContract(DigitReader, [deployment.oracle, versionId], signers.asker)
  return {
    kind: 'callback',
    name: 'DigitReader',
    contract,
    address: String(contract.target),
    ask: async (input) => {
      const { deadline, liveness, bond, callbackGas } = READER_TERMS
      const now = (await provider.getBlock('latest'))!.timestamp
      const terms = requestTerms({ deadline: now + deadline, liveness, bond, fee: FEE, callbackGas })
      const due: bigint = await contracts.oracle.getFunction('estimateFee')(versionId, terms)
      return send(contract, 'read', [toHex(input), terms], { value: due })
    },
    claims: async ({ requestId, truth }) => {
      const { known, digit } = await contract.getFunction('readingOf')(requestId)
      const holds = known && Number(digit) === readingOf(truth).digit
      return [{ claim: 'the consumer was called back with the right digit', holds, found: known ? `"${digit}"` : 'nothing' }]
    },
  }
}
