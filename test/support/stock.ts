/** Models on stock onnxruntime-node: the same file under every graph optimisation level and number of threads. */
import { InferenceSession, Tensor } from 'onnxruntime-node'

export type StockSetting = { readonly level: 'disabled' | 'basic' | 'extended' | 'all'; readonly threads: number }

export const STOCK_SETTINGS: readonly StockSetting[] = (['disabled', 'basic', 'extended', 'all'] as const).flatMap((level) =>
  [1, 2].map((threads) => ({ level, threads })),
)

/** A session of the CPU provider: inputs of float32 or int64 in, all outputs as their bytes. */
export async function stockSession(file: Uint8Array, { level, threads }: StockSetting) {
  const session = await InferenceSession.create(file, {
    ...{
      executionProviders: ['cpu'],
      graphOptimizationLevel: level,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    },
  })
  return async (inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array | BigInt64Array }>>) => {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, shape }]) => [
        name,
        data instanceof Float32Array ? new Tensor('float32', data, shape) : new Tensor('int64', data, shape),
      ]),
    )
    const results = await session.run(feeds)
    return new Map(
      Object.entries(results).map(([name, { data }]) => {
        const values = data as Float32Array
        return [name, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)] as const
      }),
    )
  }
}
