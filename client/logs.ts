import { isError, type Log, type Provider } from 'ethers'

export type LogQuery = { readonly address: string | string[]; readonly topics: (null | string | (null | string)[])[] }

/** A range that no node finds too long. */
const SHORT = 500

/** All logs of these blocks, in order. Nodes refuse ranges or answers that they find too long; these are asked for in halves. */
export async function readLogs(provider: Provider, query: LogQuery, from: number, to: number): Promise<Log[]> {
  if (to < from) return []
  try {
    return await provider.getLogs({ ...query, topics: query.topics as string[], fromBlock: from, toBlock: to })
  } catch (error) {
    const refused = isError(error, 'UNKNOWN_ERROR') || isError(error, 'SERVER_ERROR')
    if (!refused || to - from < SHORT) throw error
    const middle = Math.floor((from + to) / 2)
    return [...(await readLogs(provider, query, from, middle)), ...(await readLogs(provider, query, middle + 1, to))]
  }
}
