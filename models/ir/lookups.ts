import { ByteReader } from './bytes.ts'
import type { LoadFacts } from './check-load.ts'
import { NAMES, opcodeOf } from './expression.ts'

/** Indexed axes of the loads that valid code asks for, each as often as it does. */
export function lookupsIn(code: Uint8Array, loads: readonly LoadFacts[]): number {
  const reader = new ByteReader(code, 'CODE')
  let lookups = 0
  while (reader.remaining > 0) {
    const name = NAMES.get(reader.u8('opcode'))!
    const { immediate } = opcodeOf(name)
    if (immediate === 'load') lookups += loads[reader.u8('load')]!.indices.length
    else if (immediate) reader.bytes(immediate === 'bits' ? 4 : 1, 'immediate')
  }
  return lookups
}
