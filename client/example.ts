/** A dapp in one function: asks a model, tells what happens, and returns the numbers of its first output. */
import type { Signer } from 'ethers'
import { parseEther } from 'ethers'
import { type Addresses, createClient } from './client.ts'
import { decodeOutput, type NamedTensor } from './output.ts'
import { request } from './request.ts'
import { readSpec } from './spec.ts'
import { chooseTerms } from './terms.ts'
import { wait } from './wait.ts'

type Question = {
  /** In a browser: `await new BrowserProvider(window.ethereum).getSigner()`. */
  readonly signer: Signer
  /** What `opine deploy` wrote. */
  readonly deployment: Addresses
  /** What `opine model register` printed. */
  readonly versionId: string
  /** Of the model's one input. */
  readonly values: ArrayLike<number>
  readonly say: (line: string) => void
}

export async function askAndAwait({ signer, deployment, versionId, values, say }: Question): Promise<NamedTensor['values']> {
  const client = await createClient(signer, deployment)
  const spec = await readSpec(client, { versionId })
  const terms = await chooseTerms(client, { tier: 'standard', fee: parseEther('0.01'), answerWithin: 3_600 })
  const asked = await request(client, { versionId, spec, input: { tensors: values }, terms })
  const answer = await wait(client, { ...asked, onEvent: ({ type }) => say(type) })
  return decodeOutput(spec, answer.output)[0]!.values
}
