import { runCli } from '@opine/cli/run.ts'

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs one command line of `opine` in this process, which is faster than a process of its own; what it prints is caught. */
export async function ran(args: readonly string[]): Promise<Ran> {
  const said = { stdout: '', stderr: '' }
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const write = process[name].write
    process[name].write = ((text: string | Uint8Array, ...others: []) => {
      // The test runner reports in bytes, whenever it likes.
      if (typeof text !== 'string') return write.call(process[name], text, ...others)
      said[name] += text
      return true
    }) as typeof write
    return () => {
      process[name].write = write
    }
  })
  try {
    return { code: await runCli(args), ...said }
  } finally {
    for (const undo of restore) undo()
  }
}
