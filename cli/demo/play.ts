import type { Act } from './act.ts'
import type { StartDaemon } from './daemons.ts'
import type { Director, Holds } from './director.ts'
import type { Stage } from './staging.ts'
import type { ChainWatch } from './watch.ts'

/** Who and what an act is played with. */
export type Play = {
  readonly act: Act
  readonly stage: Stage
  readonly director: Director
  readonly watch: ChainWatch
  readonly start: StartDaemon
}

/**
 * Seconds on this machine's clock, more than any of it takes, so that only what is broken is given up. All players run the model, on few
 * cores, and a lie or a proof may take a run again.
 */
export function patienceFor({ question }: Act) {
  const runs = 12 * question.seconds
  return { answer: 30 + runs, dispute: 60 + 2 * runs, settlement: 20 + runs, claim: 20 + runs }
}

/** A claim's draw uses the hash of the second block after it began, which must be a past block. */
export const SEED_BLOCKS = 3

/** Asks the act's question. @returns the request, and what it waits for */
export async function askQuestion({
  act,
  director,
  watch,
  stage,
}: Play): Promise<{ readonly requestId: string; readonly liveness: number }> {
  const receipt = await act.consumer.ask(act.question.input)
  const { oracle } = stage.contracts
  const events = receipt.logs.map((log) => (log.address === oracle.target ? oracle.interface.parseLog(log) : null))
  const requestId = String(events.find((event) => event?.name === 'InferenceRequested')!.args.requestId)
  await director.until('InferenceRequested', 'the question', patienceFor(act).answer, (args) => args.requestId === requestId)
  const { terms } = watch.find('InferenceRequested', (args) => args.requestId === requestId)!
  return { requestId, liveness: Number(terms.liveness) }
}

/** An assertion of an account in answer to a request. */
export const answerOf =
  (requestId: string, asserter: string): Holds =>
  (args) =>
    args.requestId === requestId && args.asserter === asserter

/** Waits until the request is settled, and has the answer fetched where nobody is called back. */
export async function finish({ act, director, watch }: Play, requestId: string): Promise<void> {
  const { settlement } = patienceFor(act)
  await director.until('RequestSettled', 'the settlement', settlement, (args) => args.requestId === requestId)
  if (!act.consumer.fetch) return
  const { output } = watch.find('RequestSettled', (args) => args.requestId === requestId)!
  await act.consumer.fetch(requestId, Buffer.from(output.slice(2), 'hex'))
}
