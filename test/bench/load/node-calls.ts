/** What a daemon asked of its node: how often, and milliseconds until the answers, by method. */
export type Calls = ReadonlyMap<string, { readonly count: number; readonly milliseconds: number }>

/** Reads a daemon's metrics. @param url  of its metrics server */
export async function nodeCalls(url: string): Promise<Calls> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const calls = new Map<string, { count: number; milliseconds: number }>()
  for (const [, kind, method, value] of text.matchAll(/^opine_node_call_seconds_(sum|count)\{method="(\w+)"\} (\S+)$/gm)) {
    const entry = calls.get(method!) ?? { count: 0, milliseconds: 0 }
    if (kind === 'sum') entry.milliseconds = 1000 * Number(value)
    else entry.count = Number(value)
    calls.set(method!, entry)
  }
  return calls
}

/** What was asked between two looks. */
export function callsBetween(before: Calls, after: Calls): Calls {
  const none = { count: 0, milliseconds: 0 }
  return new Map(
    [...after].map(([method, { count, milliseconds }]) => {
      const past = before.get(method) ?? none
      return [method, { count: count - past.count, milliseconds: milliseconds - past.milliseconds }]
    }),
  )
}
