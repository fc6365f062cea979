import { NextWord } from '@opine/abi/generated/NextWord.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { VOCABULARY } from '@opine/models/zoo/story/vocabulary.ts'
import { deployContract } from '../../chain/deploy-contract.ts'
import { send } from '../../chain/send.ts'
import { wordOf } from '../questions/story.ts'
import type { Stage } from '../staging.ts'
import { FEE } from '../terms.ts'
import type { Consumer } from './consumer.ts'

/**
 * A contract that is never called back: somebody brings the final answer's bytes.
 * @param tokenOf  the token that an answer stands for
 */
export async function nextWord(
  { signers, deployment }: Stage,
  versionId: string,
  tokenOf: (output: Uint8Array) => number,
): Promise<Consumer> {
  const contract = await deployContract(NextWord, [deployment.oracle, versionId, VOCABULARY], signers.asker)
  return {
    kind: 'pull',
    name: 'NextWord',
    contract,
    address: String(contract.target),
    ask: async (input) => send(contract, 'ask', [toHex(input), FEE], { value: await contract.getFunction('priceOf')(FEE) }),
    fetch: async (requestId, output) => void (await send(contract, 'fetch', [requestId, toHex(output)])),
    claims: async ({ requestId, truth }) => {
      const fetched = Number(await contract.getFunction('fetched')(requestId))
      const found = fetched === 0 ? 'nothing' : `"${wordOf(fetched - 1)}"`
      return [{ claim: 'the consumer fetched the right word', holds: fetched === tokenOf(truth) + 1, found }]
    },
  }
}
