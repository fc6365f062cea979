import type { OpineClient } from './client.ts'
import { refusalOf } from './refusal.ts'
import type { RequestTerms } from './request-terms.ts'

/**
 * Wei that a request of a version on these terms costs: the model's price, the operators' fee and the prepaid callbacks. Gas comes on top.
 * @throws {OpineError} `REQUEST_REFUSED`
 * @example
 * const due = await estimate(client, { versionId, terms })
 */
export async function estimate(
  { oracle }: OpineClient,
  { versionId, terms }: { readonly versionId: string; readonly terms: RequestTerms },
): Promise<bigint> {
  try {
    return (await oracle.getFunction('estimateFee')(versionId, terms)) as bigint
  } catch (error) {
    throw refusalOf(error, oracle)
  }
}
