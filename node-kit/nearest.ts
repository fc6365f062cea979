/** The candidate with the fewest letters to change, in any case; the first of several. */
export function nearest(word: string, candidates: readonly string[]): string {
  const distances = candidates.map((candidate) => distance(word.slice(0, 64).toLowerCase(), candidate.toLowerCase()))
  return candidates[distances.indexOf(Math.min(...distances))] ?? ''
}

/** Letters to insert, delete or replace until `a` is `b`. Source: Wagner and Fischer, 1974. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
