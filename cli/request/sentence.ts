import type { Told } from '@opine/client/follow.ts'
import { decodeOutput } from '@opine/client/output.ts'
import type { ModelInterface } from '@opine/models/ir/types.ts'
import { etherText } from '../chain/money.ts'
import { outputLine } from './answer.ts'

/** What happened, in a line. @param spec  for the values of answers; without it they are left out */
export function sentenceOf(event: Told, spec: ModelInterface | null): string {
  if (event.type === 'retracted')
    return `block ${event.event.block} is no longer part of the chain: taken back: ${sentenceOf(event.event, null)}`
  return `block ${event.block}  ${wordsOf(event, spec)}`
}

function wordsOf(event: Exclude<Told, { type: 'retracted' }>, spec: ModelInterface | null): string {
  const values = (output: string): string => (spec ? `: ${decodeOutput(spec, output).map(outputLine).join('; ')}` : '')
  switch (event.type) {
    case 'requested':
      return `asked by ${event.consumer}, answers are taken until ${new Date(1000 * event.deadline).toISOString()}`
    case 'asserted':
      return `answered by ${event.asserter}${values(event.output)}`
    case 'disputed':
      return `answer ${event.assertionId} challenged by ${event.challenger}`
    case 'defended':
      return `answer ${event.assertionId} stood its challenge ${event.gameId}`
    case 'defeated':
      return `answer ${event.assertionId} fell: ${event.asserter} lost its bond of ${etherText(event.bond)}`
    case 'reopened':
      return `answers are taken anew until ${new Date(1000 * event.deadline).toISOString()}`
    case 'told':
      return event.hook === 'onAssertion' ? 'the contract heard the first answer' : 'the contract heard that the answer fell'
    case 'settled':
      return `settled with the answer of ${event.asserter}${values(event.output)}`
    case 'delivered':
      return 'the contract heard the final answer'
    case 'callbackFailed':
      return `the contract refused its ${event.hook} with ${event.reason === '0x' ? 'no reason' : event.reason}`
    case 'expired':
      return event.partial ? 'expired: too few answered alike' : 'expired: nobody answered'
  }
}
