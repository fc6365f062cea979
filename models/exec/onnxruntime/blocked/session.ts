import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import { decodeModel } from '../../../onnx/decode.ts'
import { encodeDecoded } from '../../../onnx/encode.ts'
import { blockSize } from './block-size.ts'
import { BLOCKED_DOMAIN, toBlocks } from './blocks.ts'
import { keepBlocked } from './rewrite.ts'

type Runtime = typeof import('onnxruntime-node')

/** A session whose tensors stay in blocks of channels. @property move  of an input that is positions, those where the elements lie now */
export type BlockedSession = { readonly session: InferenceSession; readonly move: (input: string, bytes: Uint8Array) => Uint8Array }

let size: Promise<number | null> | undefined

/**
 * Lets the runtime optimise a graph, and keeps on blocks what it would reorder in between.
 * @returns null where the runtime uses no blocks for this graph or on this machine, does not take them, or has nowhere to put the graph that it makes
 */
export async function openBlocked(
  runtime: Runtime,
  model: Uint8Array,
  shapes: ReadonlyMap<string, readonly number[]>,
  options: InferenceSession.SessionOptions,
): Promise<BlockedSession | null> {
  // Blocks begin with a convolution: graphs without one are not opened twice.
  if (!decodeModel(model).graph.nodes.some(({ op }) => op === 'Conv')) return null
  size ??= blockSize(runtime)
  const block = await size
  const optimised = block && (await optimise(runtime, model, options))
  if (!block || !optimised) return null
  const decoded = decodeModel(optimised)
  if (!decoded.graph.nodes.some(({ domain }) => domain === BLOCKED_DOMAIN)) return null
  const { model: rewritten, moved } = keepBlocked(decoded, shapes, block)
  // Optimised it is; and what has been moved stays where it is. A runtime that does not take it takes the graph as it was.
  const session = await runtime.InferenceSession.create(encodeDecoded(rewritten), {
    ...options,
    graphOptimizationLevel: 'disabled',
  }).catch(() => null)
  if (!session) return null
  const move = (input: string, bytes: Uint8Array): Uint8Array => {
    const parts = moved.filter((part) => part.input === input)
    if (parts.length === 0) return bytes
    const positions = new Int32Array(bytes.slice().buffer)
    for (const { start, end, shape } of parts) toBlocks(positions.subarray(start, end), shape, block)
    return new Uint8Array(positions.buffer)
  }
  return { session, move }
}

/** What the runtime makes of a graph; it hands that out as a file only. Null where that fails. */
export async function optimise(runtime: Runtime, model: Uint8Array, options: InferenceSession.SessionOptions): Promise<Uint8Array | null> {
  let folder: string | undefined
  try {
    folder = await mkdtemp(join(tmpdir(), 'opine-graph-'))
    const file = join(folder, 'graph.onnx')
    const session = await runtime.InferenceSession.create(model, { ...options, optimizedModelFilePath: file })
    await session.release()
    return new Uint8Array(await readFile(file))
  } catch {
    // A full disk costs speed, not the answer: the graph runs as the runtime has it; if it cannot be opened at all, that is said there.
    return null
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true })
  }
}
