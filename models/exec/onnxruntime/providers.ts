import { OpineError } from '@opine/dispute-game/errors.ts'
import type { ProviderClass } from '../../certify/classes.ts'

export const PROVIDER_NAMES = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const
export type ProviderName = (typeof PROVIDER_NAMES)[number]

/**
 * An execution provider of the stock runtime.
 * @property operands  what its multipliers may do to operands: a certificate must cover this class
 * @property direct    whether it convolves directly. Where it may choose Winograd's or Fourier's way and cannot be told otherwise, convolutions
 *   are written as matrix products, of which there is one way
 */
export type Provider = { readonly name: ProviderName; readonly operands: ProviderClass; readonly direct: boolean }

/**
 * `cuda` may round operands to TF32, and its search among convolutions cannot be set from Node; `coreml` may round to binary16; `dml` leaves both to
 * the driver.
 */
export const PROVIDERS: Readonly<Record<ProviderName, Provider>> = {
  cpu: { name: 'cpu', operands: 'f32', direct: true },
  webgpu: { name: 'webgpu', operands: 'f32', direct: true },
  cuda: { name: 'cuda', operands: 'tf32', direct: false },
  coreml: { name: 'coreml', operands: 'fp16', direct: false },
  dml: { name: 'dml', operands: 'fp16', direct: false },
}

/** @throws {OpineError} `PROVIDER_UNKNOWN` */
export function providerOf(name: string): Provider {
  const known = PROVIDER_NAMES.find((each) => each === name)
  if (known) return PROVIDERS[known]
  throw new OpineError('PROVIDER_UNKNOWN', `there is no execution provider "${name}"; there are ${PROVIDER_NAMES.join(', ')}`, { name })
}
