/**
 * Longest paths in a graph without cycles, by several lengths at once.
 * @param nodes    numbered from 0
 * @param edges    triples: from, to, and a mask whose bit `i` says that the edge has length 1 by length `i`
 * @param lengths  how many there are
 * @returns        the greatest length of any path from node 0, by each; undefined if there is a cycle
 */
export function longestPaths(nodes: number, edges: readonly number[], lengths: number): number[] | undefined {
  const incoming = new Int32Array(nodes)
  const from = new Int32Array(nodes + 1)
  for (let e = 0; e < edges.length; e += 3) {
    incoming[edges[e + 1]!]! += 1
    from[edges[e]! + 1]! += 1
  }
  for (let i = 0; i < nodes; i++) from[i + 1]! += from[i]!
  const order = new Int32Array(edges.length / 3)
  const filled = from.slice()
  for (let e = 0; e < edges.length; e += 3) order[filled[edges[e]!]!++] = e
  const best = new Int32Array(nodes * lengths)
  const ready = [0]
  let seen = 0
  for (let at = ready.pop(); at !== undefined; at = ready.pop()) {
    seen++
    for (let i = from[at]!; i < from[at + 1]!; i++) {
      const to = edges[order[i]! + 1]!
      const mask = edges[order[i]! + 2]!
      for (let l = 0; l < lengths; l++) {
        const length = best[at * lengths + l]! + ((mask >> l) & 1)
        if (length > best[to * lengths + l]!) best[to * lengths + l] = length
      }
      incoming[to]! -= 1
      if (incoming[to] === 0) ready.push(to)
    }
  }
  if (seen < nodes) return undefined
  return Array.from({ length: lengths }, (_, l) => {
    let most = 0
    for (let i = l; i < best.length; i += lengths) if (best[i]! > most) most = best[i]!
    return most
  })
}
