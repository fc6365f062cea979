import { sha256 } from './sha256.ts'

/** Domain tag `H(utf8("opine." name ".v1"))`, SPEC. */
const TAG = (name: string): Uint8Array => sha256(new TextEncoder().encode(`opine.${name}.v1`))

export const TAG_BUFFER = TAG('buffer')
export const TAG_PROGRAM = TAG('program')
export const TAG_SALT = TAG('salt')
export const TAG_INPUTS = TAG('inputs')
