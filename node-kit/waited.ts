/**
 * Waits for what may take long.
 * @param most  milliseconds after which what was read before is too old to act on
 * @returns     the result, and whether it took longer
 */
export async function waited<T>(work: T | Promise<T>, most: number): Promise<{ readonly result: T; readonly late: boolean }> {
  const begun = performance.now()
  const result = await work
  return { result, late: performance.now() - begun > most }
}
