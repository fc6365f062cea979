export { grouped, print, printJson, table } from '@opine/node-kit/print.ts'

/** A line on stderr about work that goes on; nothing that another program should read. */
export const progress = (text: string): void => {
  process.stderr.write(`${text}\n`)
}
