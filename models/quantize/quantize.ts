import type { Bindings, Dimensions } from '../lower/lower.ts'
import type { Model } from '../onnx/types.ts'
import { calibrate, type Example } from './calibrate/calibrate.ts'
import type { Network } from './network/network.ts'
import { networkOf } from './network/network-of.ts'
import type { QuantizeOptions } from './options.ts'
import { type Quantized, quantizeNetwork } from './quantizer.ts'

export type QuantizeRequest = QuantizeOptions & {
  readonly dims?: Dimensions
  readonly bind?: Bindings
  /** Told of every calibration example that is done. */
  readonly tell?: (done: number) => void
}

/**
 * A float ONNX model as one of exact integers.
 * @param examples  calibration inputs, raw buffers as programs take them
 * @throws {OpineError} those of `networkOf`, `calibrate` and `quantizeNetwork`
 */
export function quantize(model: Model, examples: readonly Example[], request: QuantizeRequest): Quantized & { readonly network: Network } {
  const network = networkOf(model, request.dims, request.bind)
  const statistics = calibrate(network, examples, request.tell)
  return { network, ...quantizeNetwork(network, statistics, request, examples) }
}
