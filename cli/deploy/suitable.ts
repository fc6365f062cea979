import { StepVerifier } from '@opine/abi/generated/StepVerifier.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { isCallException, isError, type Provider } from 'ethers'
import { goldenCall } from './golden-call.ts'

/** Bytes of the largest contract at most: what test/contracts/size.test.ts allows. */
const LARGEST = 23_552

/** Gas of each attempt; below what EIP-7825 lets a transaction have. */
const GAS = 16_000_000n

/**
 * Tries, without a transaction, whether a chain can judge: whether it takes contracts of the protocol's size, and whether the step verifier
 * computes the golden step there, which needs SHA-256, CLZ and the other opcodes of Osaka.
 * @throws {OpineError} `CHAIN_UNSUITED`
 */
export async function requireSuitable(provider: Provider): Promise<void> {
  if (!(await created(provider, emptyCode(LARGEST)))) {
    throw unsuited(`it does not take a contract of ${LARGEST} bytes, or no transaction of ${GAS} gas`)
  }
  const { call, expected } = goldenCall()
  const answer = await created(provider, probe(StepVerifier.bytecode.slice(2), call.slice(2)))
  if (answer === null || answer === '0x') throw unsuited('the step verifier cannot be created there; it needs the opcodes of Osaka')
  if (answer.length !== 66 || BigInt(answer) !== BigInt(expected)) {
    throw unsuited('the golden step does not come out there; it needs SHA-256, CLZ and the other opcodes of Osaka')
  }
}

const unsuited = (fact: string): OpineError =>
  new OpineError(
    'CHAIN_UNSUITED',
    `the protocol cannot be deployed on this chain: ${fact}; nothing was sent: choose another chain, or a newer node`,
  )

/** The code that a creation would leave; null if it fails. */
async function created(provider: Provider, data: string): Promise<string | null> {
  try {
    return await provider.call({ data, gasLimit: GAS })
  } catch (error) {
    // Nodes answer in words of their own that an opcode is unknown or that code is too long.
    if (isCallException(error) || isError(error, 'UNKNOWN_ERROR')) return null
    throw error
  }
}

const push = (value: number): string => `62${value.toString(16).padStart(6, '0')}`

/** Creates a contract of so many zero bytes. */
const emptyCode = (length: number): string => `0x${push(length)}6000f3`

/**
 * Creates the verifier, calls it, and returns its answer as code: nothing if it cannot be created, one byte if the call fails.
 * Written by hand, since it must run on chains that lack opcodes which compilers use.
 */
function probe(verifier: string, call: string): string {
  const [ready, answered, start] = [0x1d, 0x3e, 0x44]
  const [verifierLength, callLength] = [verifier.length / 2, call.length / 2]
  const code = [
    ...[push(verifierLength), push(start), '6000', '39'], // CODECOPY(0, start, verifierLength)
    ...[push(verifierLength), '6000', '6000', 'f0'], // CREATE(0, 0, verifierLength)
    ...['80', `60${hex(ready)}`, '57'], // JUMPI(ready, address)
    ...['6000', '6000', 'f3'],
    ...['5b', push(callLength), push(start + verifierLength), '6000', '39'], // CODECOPY(0, behind the verifier, callLength)
    ...['6020', '6000', push(callLength), '6000', '84', '5a', 'fa'], // STATICCALL(gas, address, 0, callLength, 0, 32)
    ...[`60${hex(answered)}`, '57'],
    ...['6001', '6000', 'f3'],
    ...['5b', '6020', '6000', 'f3'],
  ].join('')
  if (code.length / 2 !== start || code.slice(2 * ready, 2 * ready + 2) !== '5b' || code.slice(2 * answered, 2 * answered + 2) !== '5b') {
    throw new Error(`the probe has ${code.length / 2} bytes`)
  }
  return `0x${code}${verifier}${call}`
}

const hex = (value: number): string => value.toString(16).padStart(2, '0')
