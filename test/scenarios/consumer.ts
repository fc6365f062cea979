import { MoodyConsumer } from '@opine/abi/generated/MoodyConsumer.ts'
import type { RequestTerms } from '@opine/client/request-terms.ts'
import type { Contract } from 'ethers'
import { deploy } from '../support/deploy.ts'
import { ASKER } from './cast.ts'
import type { Stage } from './stage.ts'

const CALLBACK_GAS = 300_000
export const MOODS = { good: 0, reverts: 1, burns: 2, bombs: 3 } as const
/** What a consumer can hear. */
const HOOKS = ['ASSERTION', 'INVALIDATED', 'INFERENCE'] as const

export const consumerOn = async (stage: Stage): Promise<Contract> =>
  deploy(MoodyConsumer, [stage.deployment.oracle], await stage.provider.getSigner(ASKER))

/** Asks through a consumer. @returns the request's id, and what was paid */
export async function askThrough(stage: Stage, consumer: Contract, input: Uint8Array, extra: Partial<RequestTerms> = {}) {
  const terms = await stage.terms({ callbackGas: CALLBACK_GAS, ...extra })
  const value = await stage.due(terms)
  const sent = await consumer.getFunction('ask')(stage.versionId, input, terms, { value })
  return { id: stage.requestIn(await sent.wait()), input, value }
}

/** Sends what the vault owes the consumer to who asked through it. */
export const collect = async (stage: Stage, consumer: Contract): Promise<void> =>
  void (await (await consumer.getFunction('collect')(stage.address(ASKER))).wait())
/** What the consumer heard, oldest first. */
export const heard = async (consumer: Contract): Promise<string[]> =>
  ((await consumer.getFunction('heard')()) as bigint[]).map((hook) => HOOKS[Number(hook)]!)
