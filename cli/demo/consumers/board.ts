import { RiskBoard } from '@opine/abi/generated/RiskBoard.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { fromBits } from '@opine/models/numerics/bits.ts'
import { deployContract } from '../../chain/deploy-contract.ts'
import { send } from '../../chain/send.ts'
import { riskOf } from '../questions/credit.ts'
import type { Stage } from '../staging.ts'
import { percent } from '../story.ts'
import { FEE } from '../terms.ts'
import type { Consumer } from './consumer.ts'

/** What the board shows, in the order of contracts/examples/RiskBoard.sol. */
export const SHOWINGS = ['nothing', 'asked', 'provisional', 'withdrawn', 'final'] as const

/** A contract that hears the first answer at once, hears if it falls, and then the final one. */
export async function riskBoard({ signers, deployment }: Stage, versionId: string): Promise<Consumer> {
  const contract = await deployContract(RiskBoard, [deployment.oracle, versionId], signers.asker)
  const read = contract.getFunction('noticeOf')
  return {
    kind: 'optimistic callback',
    name: 'RiskBoard',
    contract,
    address: String(contract.target),
    ask: async (input) => send(contract, 'ask', [toHex(input), FEE], { value: await contract.getFunction('priceOf')(FEE) }),
    claims: async ({ requestId, truth, lie }) => {
      const notice = await read(requestId)
      const [showing, risk, withdrawn] = [SHOWINGS[Number(notice.showing)], Number(notice.risk), Number(notice.withdrawn)]
      const shows = { holds: showing === 'final' && fromBits(risk) === riskOf(truth), found: `${showing}, ${percent(fromBits(risk))}` }
      const told = lie !== undefined && fromBits(withdrawn) === riskOf(lie)
      return [
        { claim: 'the consumer showed the false answer and took it down', holds: told, found: percent(fromBits(withdrawn)) },
        { claim: 'the consumer shows the true risk, and as final', ...shows },
      ]
    },
  }
}
