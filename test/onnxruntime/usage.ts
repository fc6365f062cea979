import { OpineError } from '@opine/dispute-game/errors.ts'

/** From now on, what was typed wrongly ends this process with one line and the usage; what nobody expected keeps its stack. */
export function tellUsage(usage?: string): void {
  process.once('uncaughtException', (error: Error & { readonly code?: string }) => {
    const typed = error instanceof OpineError || error.code?.startsWith('ERR_PARSE_ARGS')
    const code = error instanceof OpineError ? error.code : 'USAGE'
    process.stderr.write(typed ? `error ${code}: ${error.message}\n${usage === undefined ? '' : `usage: ${usage}\n`}` : `${error.stack}\n`)
    process.exit(1)
  })
}
