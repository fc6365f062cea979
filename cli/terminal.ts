import { createInterface } from 'node:readline'
import { type Readable, Writable } from 'node:stream'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** A person at a keyboard. @property isTTY  whether there is one */
export type Terminal = { readonly input: Readable & { readonly isTTY?: boolean }; readonly output: Writable }

const STANDARD: Terminal = { input: process.stdin, output: process.stderr }

/**
 * Asks for a line that is not shown while it is typed.
 * @param instead  what to do where nobody can be asked, for the error
 * @throws {OpineError} `NO_TERMINAL`; `STOPPED` where the input ends
 */
export function askSecret(question: string, instead: string, { input, output }: Terminal = STANDARD): Promise<string> {
  if (!input.isTTY) throw new OpineError('NO_TERMINAL', `nobody can be asked here for the ${question}; ${instead}`)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: silent, terminal: true, historySize: 0 })
  output.write(`${question}: `)
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => {
      output.write('\n')
      reject(new OpineError('STOPPED', `no ${question} was given`))
    })
  })
}
