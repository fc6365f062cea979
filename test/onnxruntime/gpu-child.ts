/** Ends well where the stock runtime runs a graph on WebGPU. */
import { PROVIDERS } from '@opine/models/exec/onnxruntime/providers.ts'
import { openSession } from '@opine/models/exec/onnxruntime/runtime.ts'
import { encodeModel } from '@opine/models/onnx/encode.ts'

const port = (name: string) => ({ name, type: 'f32' as const, shape: [4] })
const graph = encodeModel({
  name: 'probe',
  inputs: [port('x')],
  outputs: [port('y')],
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
})
const session = await openSession({ model: graph, shapes: new Map() }, PROVIDERS.webgpu, {})
const { y } = await session.run({ x: { type: 'f32', bytes: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) } })
process.exit(new Float32Array(y!.slice().buffer).join() === '2,4,6,8' ? 0 : 1)
