import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Model } from './types.ts'

/** Versions of ONNX's own operator set whose operators the compiler was written for, both ends included. */
export const OPSETS = { least: 7, most: 24 } as const

/**
 * Outside of these versions an operator of the same name may mean something else: broadcasting before 7, what is not written yet after 24.
 * A file without that set, of ai.onnx.ml alone, is none of this check's business.
 * @throws {OpineError} `UNSUPPORTED_OPSET`
 */
export function checkOpset({ opsets }: Model): void {
  const version = opsets['']
  if (version === undefined || (version >= OPSETS.least && version <= OPSETS.most)) return
  const message = `The model is of operator set ${version}; sets ${OPSETS.least} to ${OPSETS.most} are supported. Export or convert it to one of these (onnx.version_converter).`
  throw new OpineError('UNSUPPORTED_OPSET', message, { opset: version, ...OPSETS })
}
