import { InvalidArgumentError, Option } from 'commander'
import { parseEther } from 'ethers'

export { etherText } from '@opine/node-kit/money.ts'

/** An amount of an option in ether, for commander; in wei. */
export function ether(text: string): bigint {
  try {
    if (/^\d+(\.\d+)?$/.test(text)) return parseEther(text)
  } catch {
    // more than 18 digits behind the point: said below
  }
  throw new InvalidArgumentError(`expected an amount of ether like 0.5, got "${text.slice(0, 40)}"`)
}

/** An option for an amount of ether, in wei; with a default in ether, or with one that is said in words and left undefined. */
export function etherOption(flags: string, description: string, standard: string | { readonly text: string }): Option {
  const option = new Option(flags, description).argParser(ether)
  return typeof standard === 'string' ? option.default(parseEther(standard), standard) : option.default(undefined, standard.text)
}
