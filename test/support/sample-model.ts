import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import { product } from '@opine/models/ir/types.ts'
import { type LoadedModel, loadModel } from '@opine/models/load.ts'

/** The sample network as a program file, as an author passes it on. */
export function sampleFile(): Uint8Array {
  const program = sampleNetwork()
  const inputs = program.inputs.map(({ type, count }, i) => ({ name: `input${i}`, type, shape: [count] }))
  const outputs = program.outputs.map((kernel, i) => {
    const { storeType, shape } = program.kernels[kernel]!
    return { name: `output${i}`, type: storeType, shape: [product(shape)] }
  })
  return encodeProgramFile(program, { inputs, outputs })
}

export const sampleModel = (): LoadedModel => loadModel(sampleFile())
