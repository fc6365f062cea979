import { fromHex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { inputRoot, splitInputs } from '@opine/models/trace/commit.ts'
import { type Contract, type EventLog, keccak256 } from 'ethers'

/** What `prepare` wants to know of an assertion, from the events that it and its request left. */
export async function evidenceOf(oracle: Contract, program: Program, assertionId: string) {
  const find = async (name: string, id: string) => ((await oracle.queryFilter(oracle.filters[name]!(id)))[0] as EventLog).args
  const { requestId: request, output } = await find('AssertionMade', assertionId)
  const { nonce, input } = await find('InferenceRequested', request)
  const root = inputRoot(program, splitInputs(program, fromHex(input)))
  return { request, nonce, inputRoot: toHex(root), outputHash: keccak256(output) }
}
