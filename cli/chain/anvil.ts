import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OpineError } from '@opine/dispute-game/errors.ts'

/** Arguments for a node on the loopback device with the rules that the embedded chain has. */
export const anvilArguments = (port: number): string[] => ['--host', '127.0.0.1', '--port', String(port), '--hardfork', 'osaka', '--silent']

/**
 * The node that npm installed, by its binary itself: a script around it would outlive its kill.
 * @throws {OpineError} `ANVIL_MISSING`
 */
export function anvilBinary(): string {
  const { resolve } = createRequire(import.meta.url)
  const platform = `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  try {
    return join(
      dirname(resolve(`${platform}/package.json`, { paths: [dirname(resolve('@foundry-rs/anvil/package.json'))] })),
      'bin',
      'anvil',
    )
  } catch (cause) {
    const message = `the node anvil is not installed for this platform (${platform}); npm install fetches it, or use the embedded chain`
    throw new OpineError('ANVIL_MISSING', message, { platform }, { cause })
  }
}
