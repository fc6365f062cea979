import { saltOf } from '@opine/models/trace/salt.ts'

const NOWHERE = { chainId: 0n, oracle: `0x${'0'.repeat(40)}`, requestId: `0x${'0'.repeat(64)}`, account: `0x${'0'.repeat(40)}` }

/** The salt of chain 0, oracle 0, request 0 and account 0: of runs that nobody asserts. */
export const nowhereSalt = (): Uint8Array => saltOf(NOWHERE)
