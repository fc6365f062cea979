import { OpineError } from '@opine/dispute-game/errors.ts'
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node'
import { byteSize, product, type StoreType } from '../../ir/types.ts'
import { fromHalf } from '../../numerics/bits.ts'
import { openBlocked } from './blocked/session.ts'
import type { Provider } from './providers.ts'

type Runtime = typeof import('onnxruntime-node')
export type OptimisationLevel = 'disabled' | 'basic' | 'extended' | 'all'

/** @property threads  within an operator, where the provider is the CPU; 0 lets the runtime choose @property level  of graph optimisation */
export type SessionSettings = { readonly threads?: number; readonly level?: OptimisationLevel }

/** A graph that is ready to run. Buffers are raw little-endian elements, in the order of the graph's inputs and outputs. */
export type GraphSession = {
  readonly run: (
    inputs: Readonly<Record<string, { readonly type: StoreType; readonly bytes: Uint8Array }>>,
  ) => Promise<Readonly<Record<string, Uint8Array>>>
  readonly close: () => Promise<void>
}

/** Makes sessions; the runtime's own, or in a test one that lies. */
export type OpenSession = (graph: SessionGraph, provider: Provider, settings: SessionSettings) => Promise<GraphSession>

/** @property shapes  of the tensors that its nodes make, by name */
export type SessionGraph = { readonly model: Uint8Array; readonly shapes: ReadonlyMap<string, readonly number[]> }

/** @throws {OpineError} `ONNXRUNTIME_MISSING` */
async function loadRuntime(): Promise<Runtime> {
  try {
    const runtime = await import('onnxruntime-node')
    // Providers that are not there are told of by us.
    runtime.env.logLevel = 'fatal'
    return runtime
  } catch (cause) {
    const message = `onnxruntime-node cannot be loaded (${reasonOf(cause)}); install it with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node, or use --executor wasm`
    throw new OpineError('ONNXRUNTIME_MISSING', message, {}, { cause })
  }
}

/** In one line, without the place in the runtime's own source. */
export const reasonOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause))
    .replace(/\s+/g, ' ')
    .replace(/^\/\S+:\d+ .*? was false\. /, '')
    .replace(/[\s.]+$/, '')

/** What a provider needs that may be missing; docs/OPERATING.md has more. */
const NEEDS: Readonly<Record<Provider['name'], string>> = {
  cpu: '',
  webgpu: '; it needs a GPU with its driver, on Linux x64 that for Vulkan and libvulkan.so.1',
  cuda: '; it needs Linux x64, CUDA 12, cuDNN 9, and libraries that one more step fetches: docs/OPERATING.md, "The extra step for CUDA"',
  coreml: '; it is there on macOS alone',
  dml: '; it is there on Windows alone',
}

/**
 * A session of the stock runtime on one provider.
 * @throws {OpineError} `ONNXRUNTIME_MISSING`; `PROVIDER_FAILED` naming the provider
 */
export const openSession: OpenSession = async ({ model, shapes }, provider, settings) => {
  const runtime = await loadRuntime()
  const options = optionsOf(provider, settings)
  const { session, move } = await attempt(
    provider,
    'does not start',
    async () => {
      // A level that is asked for is the runtime's own doing alone.
      const blocked = provider.name === 'cpu' && !settings.level ? await openBlocked(runtime, model, shapes, options) : null
      return blocked ?? { session: await runtime.InferenceSession.create(model, options), move: null }
    },
    NEEDS[provider.name],
  )
  const places = provider.name === 'cpu' ? placesOf(runtime, session) : null
  return {
    run: async (inputs) => {
      const feeds: Record<string, Tensor> = {}
      for (const [name, { type, bytes }] of Object.entries(inputs)) {
        feeds[name] = tensorOf(runtime, type, move?.(name, bytes) ?? bytes)
      }
      const results = await attempt(provider, 'fails', () => (places ? session.run(feeds, places) : session.run(feeds)))
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, bytesOf(tensor)]))
    },
    close: () => session.release(),
  }
}

/** Optimisation stays as the runtime has it: that every level gives the same bits is what the certificate proves. */
export function optionsOf({ name }: Provider, { threads, level }: SessionSettings): InferenceSession.SessionOptions {
  const webgpu = { name: 'webgpu', preferredLayout: 'NCHW' } as const
  return {
    executionProviders: [name === 'webgpu' ? webgpu : name],
    ...(threads ? { intraOpNumThreads: threads, interOpNumThreads: 1 } : {}),
    ...(level ? { graphOptimizationLevel: level } : {}),
    logSeverityLevel: 3,
  }
}

async function attempt<T>({ name }: Provider, what: string, work: () => Promise<T>, needs = ''): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new OpineError(
      'PROVIDER_FAILED',
      `the execution provider "${name}" ${what}: ${reasonOf(cause)}${needs}`,
      { provider: name },
      { cause },
    )
  }
}

/** Elements where they lie, if they lie where elements of their size may. */
function aligned(bytes: Uint8Array, size: number): { buffer: ArrayBuffer; byteOffset: number } {
  const fits = bytes.buffer instanceof ArrayBuffer && bytes.byteOffset % size === 0
  const own = fits ? bytes : new Uint8Array(bytes)
  return { buffer: own.buffer as ArrayBuffer, byteOffset: own.byteOffset }
}

/** @param shape  one list of all elements if not given */
function tensorOf({ Tensor: Make }: Runtime, type: StoreType, bytes: Uint8Array, shape?: readonly number[]): Tensor {
  const { buffer, byteOffset } = aligned(bytes, byteSize(type))
  const count = bytes.length / byteSize(type)
  const extents = shape ?? [count]
  switch (type) {
    case 'f32':
      return new Make('float32', new Float32Array(buffer, byteOffset, count), extents)
    case 'i32':
      return new Make('int32', new Int32Array(buffer, byteOffset, count), extents)
    case 'f16':
      // Widening is exact, and the binding does not take JavaScript's own array of halves.
      return new Make('float32', Float32Array.from(new Uint16Array(buffer, byteOffset, count), fromHalf), extents)
    case 'i8':
      return new Make('int8', new Int8Array(buffer, byteOffset, count), extents)
    case 'u8':
      return new Make('uint8', new Uint8Array(buffer, byteOffset, count), extents)
  }
}

/** What graphs give, by the runtime's names. */
const GIVEN: Readonly<Record<string, StoreType>> = { float32: 'f32', int32: 'i32', int8: 'i8', uint8: 'u8' }

/**
 * Memory into which the runtime writes all results; null where an extent is known after a run alone. What it returns are copies, and to copy takes less
 * time than to get memory of the runtime's own and have it collected.
 */
function placesOf(runtime: Runtime, { outputMetadata }: InferenceSession): Record<string, Tensor> | null {
  const places: Record<string, Tensor> = {}
  for (const port of outputMetadata) {
    const type = port.isTensor ? GIVEN[port.type] : undefined
    if (!port.isTensor || !type || !port.shape.every((extent) => typeof extent === 'number')) return null
    places[port.name] = tensorOf(runtime, type, new Uint8Array(product(port.shape) * byteSize(type)), port.shape)
  }
  return places
}

/** A zero is stored as +0, as `reference` has it where a kernel is order-free; the runtime may have found -0. */
function bytesOf(tensor: Tensor): Uint8Array {
  const { data } = tensor as TypedTensor<'float32' | 'int32' | 'int8' | 'uint8'>
  if (data instanceof Float32Array && mayHaveMinusZero(data)) for (let i = 0; i < data.length; i++) data[i]! += 0
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
}

const MINUS_ZERO = -0x80000000

/** Four by four: nearly no tensor has one, and to look costs less than to write. */
function mayHaveMinusZero({ buffer, byteOffset, length }: Float32Array): boolean {
  const words = new Int32Array(buffer, byteOffset, length)
  const end = length - (length % 4)
  for (let i = 0; i < end; i += 4) {
    if (words[i] === MINUS_ZERO || words[i + 1] === MINUS_ZERO || words[i + 2] === MINUS_ZERO || words[i + 3] === MINUS_ZERO) return true
  }
  return words.subarray(end).includes(MINUS_ZERO)
}
