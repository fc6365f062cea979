import type { OpineClient } from './client.ts'
import { type FollowOptions, follow, type Told } from './follow.ts'

/**
 * What happens to a request, as it happens, to its end: settled and, where a callback was wanted, delivered or failed; or expired. An event whose
 * block a reorganisation throws out is followed by `retracted`. Nodes that do not answer are asked again, for ever.
 * @throws the signal's reason when it says stop
 * @example
 * for await (const event of watch(client, asked)) console.log(event.type)
 */
export async function* watch(client: OpineClient, options: FollowOptions): AsyncGenerator<Told, void> {
  const life: { callback: boolean; settled: boolean; called: boolean; expired: boolean } = {
    callback: false,
    settled: false,
    called: false,
    expired: false,
  }
  for await (const { told } of follow(client, options)) {
    for (const event of told) {
      note(life, event)
      yield event
    }
    if (life.expired || (life.settled && (life.called || !life.callback))) return
  }
}

function note(life: { callback: boolean; settled: boolean; called: boolean; expired: boolean }, event: Told, holds = true): void {
  if (event.type === 'retracted') note(life, event.event, false)
  else if (event.type === 'requested') life.callback = event.callbackGas > 0
  else if (event.type === 'settled') life.settled = holds
  else if (event.type === 'expired') life.expired = holds
  else if (event.type === 'delivered' || (event.type === 'callbackFailed' && event.hook === 'onInference')) life.called = holds
}
