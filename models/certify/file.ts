import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import type { Program } from '../ir/types.ts'
import { programTree } from '../trace/program-tree.ts'
import type { Certificate, InputCondition } from './certificate.ts'
import { certifyProgram } from './certify.ts'
import { PROVIDER_CLASSES, type ProviderClass } from './classes.ts'

/** Most bytes of a certificate file: some hundred for each kernel. */
export const MAX_CERTIFICATE_BYTES = 1 << 26

/** A certificate as a file: JSON, keys in the order of the type, one kernel a line. */
export function encodeCertificate({ kernels, subgraphs, ...head }: Certificate): Uint8Array {
  const list = (items: readonly object[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`
  const text = `${JSON.stringify(head).slice(0, -1)},"kernels":${list(kernels)},"subgraphs":${list(subgraphs)}}\n`
  return new TextEncoder().encode(text)
}

/** What a certificate file says that its verdicts follow from. */
export type CertificateHead = Pick<Certificate, 'program' | 'demanded' | 'conditions'>

/**
 * Reads of a certificate file what it is about; total. Its verdicts count only once they are derived again: `verifyCertificate`.
 * @throws {OpineError} `CERTIFICATE_FILE`
 */
export function decodeCertificateHead(bytes: Uint8Array): CertificateHead {
  if (bytes.length > MAX_CERTIFICATE_BYTES) throw refuse(`it has ${bytes.length} bytes, and at most ${MAX_CERTIFICATE_BYTES} are read`)
  const json = parse(bytes)
  if (!isRecord(json) || json.version !== 1) throw refuse('it is no object of version 1')
  const { program, demanded, conditions } = json
  if (typeof program !== 'string' || !/^0x[0-9a-f]{64}$/.test(program)) throw refuse('it names no program root')
  if (!Array.isArray(demanded) || !demanded.every(isClass)) throw refuse(`the demanded classes are not of ${PROVIDER_CLASSES.join(', ')}`)
  if (!Array.isArray(conditions) || !conditions.every(isCondition))
    throw refuse('the conditions of its inputs are not whole numbers and bounds')
  return { program: program as Hex, demanded, conditions }
}

/**
 * Derives a certificate again and compares it with its file, byte for byte.
 * @param tell  hears of every kernel that is done
 * @throws {OpineError} `CERTIFICATE_FILE`; `CERTIFICATE_PROGRAM` if it is another program's; `CERTIFICATE_WRONG` if it says anything else than
 *   what follows from the program
 */
export function verifyCertificate(program: Program, bytes: Uint8Array, tell?: (kernel: number) => void): Certificate {
  const head = decodeCertificateHead(bytes)
  const root = toHex(programTree(program).root)
  if (head.program !== root) {
    const message = `the certificate is one of program ${head.program}, not of ${root}; make one with opine model certify`
    throw new OpineError('CERTIFICATE_PROGRAM', message, { expected: root, given: head.program })
  }
  const derived = certifyProgram(program, { classes: head.demanded, inputs: head.conditions, ...(tell ? { tell } : {}) })
  const expected = encodeCertificate(derived)
  const differs = expected.length === bytes.length ? expected.findIndex((byte, index) => byte !== bytes[index]) : 0
  if (expected.length === bytes.length && differs < 0) return derived
  throw new OpineError(
    'CERTIFICATE_WRONG',
    'the certificate says other than what follows from the program; make one with opine model certify',
    {
      program: root,
    },
  )
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw refuse('it is no JSON')
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isClass = (value: unknown): value is ProviderClass => PROVIDER_CLASSES.some((name) => name === value)

function isCondition(value: unknown): value is InputCondition {
  if (!isRecord(value)) return false
  const { input, exponent, least, greatest } = value
  const whole = Number.isInteger(input) && Number.isInteger(exponent) && Math.abs(Number(exponent)) <= 126
  return whole && Number.isFinite(least) && Number.isFinite(greatest) && Number(least) <= Number(greatest)
}

const refuse = (fact: string): OpineError => new OpineError('CERTIFICATE_FILE', `the certificate file is malformed: ${fact}`)
