import type { OpineClient } from '@opine/client/client.ts'
import type { Told } from '@opine/client/follow.ts'
import { decodeOutput, type NamedTensor } from '@opine/client/output.ts'
import type { Asked } from '@opine/client/request.ts'
import { wait } from '@opine/client/wait.ts'
import { formatFloat } from '@opine/models/ir/describe.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { print, printJson, progress } from '../output.ts'
import { sentenceOf } from './sentence.ts'

type Waiting = {
  readonly versionId: string
  readonly model: LoadedModel
  readonly confirmations: number
  readonly timeout: number
  readonly json?: true
}

/** Waits for the answer, tells meanwhile what happens, and prints it. @throws {OpineError} those of `wait` */
export async function awaitAnswer(client: OpineClient, { requestId, fromBlock }: Asked, options: Waiting): Promise<void> {
  const { versionId, model, confirmations, timeout, json } = options
  const onEvent = (event: Told): void => {
    if (event.type !== 'requested' && event.type !== 'settled') progress(sentenceOf(event, model.interface))
  }
  const answer = await wait(client, { requestId, fromBlock, confirmations, timeout: 1000 * timeout, onEvent })
  const outputs = decodeOutput(model.interface, answer.output)
  const { assertionId, asserter, output } = answer
  if (json) printJson({ requestId, programRoot: model.root, versionId, assertionId, asserter, output, outputs: outputs.map(plain) })
  else print(`request   ${requestId}`, `answered  by ${asserter}`, ...outputs.map(outputLine))
}

/** An output as JSON has it. */
export const plain = ({ values, ...port }: NamedTensor) => ({ ...port, values: Array.from(values) })

export const outputLine = ({ name, values }: NamedTensor): string =>
  `${name}  ${Array.from(values, (value) => formatFloat(value)).join('  ')}`
