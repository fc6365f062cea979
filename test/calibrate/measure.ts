import { stepChain } from '@opine/cli/step-chain.ts'
import type { Costs, OpcodeGas } from '@opine/models/gas/costs.ts'
import { measureOpcodes, type Trials } from './opcodes.ts'
import { measureParts } from './parts.ts'

/** What operations take on the verifier as it is: whole gas, rounded up. */
export const opcodesNow = async (trials: Trials, tell?: (name: string) => void): Promise<OpcodeGas> =>
  roundedUp(await measureOpcodes(await stepChain(), trials, tell))

/** Likewise the other parts of a step, beside operations that take this much. */
export async function costsNow(opcodes: OpcodeGas): Promise<Costs> {
  const costs = await measureParts(await stepChain(), opcodes)
  return { ...roundedUp(costs), seek: roundedUp(costs.seek) }
}

/** All numbers of an object; what is nearly whole stays. */
function roundedUp<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? Math.ceil(value - 1e-6) + 0 : value]),
  ) as T
}
