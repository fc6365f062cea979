import { describeExpression, describeLoad, kernelKind } from './describe.ts'
import { blockCount, byteSize, type Kernel, type ModelInterface, type Port, type Program, product, termCount } from './types.ts'

/** A kernel in a few words: `convolution over 3x3x8 -> f32 [8, 8, 16]`. Extents are those that the compiler left. */
export function describeKernel(kernel: Kernel): string {
  const over = kernel.reduce ? ` over ${kernel.reduce.extents.join('x')}` : ''
  return `${kernelKind(kernel)}${over} -> ${kernel.storeType} [${kernel.shape.join(', ')}]`
}

/** A program as text for people: its interface, constants, and every kernel with its loads and expressions. */
export function dumpProgram(program: Program, ports: ModelInterface): string[] {
  const port = ({ name, type, shape }: Port): string => `${name}: ${type} [${shape.join(', ')}]`
  const constants = program.constants.map(({ type, count }, index) => `  b${program.inputs.length + index}  ${type} x ${count}`)
  const bytes = program.constants.reduce((total, constant) => total + constant.bytes.length, 0)
  return [
    ...ports.inputs.map((input, index) => `input b${index}  ${port(input)}`),
    ...ports.outputs.map((output, index) => `output k${program.outputs[index]}  ${port(output)}`),
    `constants: ${program.constants.length}, ${bytes} bytes`,
    ...constants,
    `kernels: ${program.kernels.length}`,
    ...program.kernels.flatMap((kernel, index) => dumpKernel(program, kernel, index)),
    `claims: ${program.claims.map((claim) => `k${claim}`).join(' ') || 'none'}`,
  ]
}

function dumpKernel(program: Program, kernel: Kernel, index: number): string[] {
  const { committed, first, length } = program.places[index]!
  const last = first + length - 1
  const segment = length === 1 ? '' : `, segment k${first}..k${last}`
  const terms = termCount(kernel)
  const fold = kernel.reduce
    ? [
        `  fold ${kernel.reduce.op}: ${terms} terms in ${blockCount(kernel)} blocks of ${kernel.reduce.block}: ${describeExpression(kernel.term)}`,
      ]
    : []
  const size = product(kernel.shape) * byteSize(kernel.storeType)
  return [
    `k${index}  ${describeKernel(kernel)}  (${committed ? 'committed' : 'interior'}${segment}, ${size} bytes)`,
    ...kernel.loads.map((load, number) => `  load ${number}: ${describeLoad(program, load)}`),
    ...fold,
    `  result: ${describeExpression(kernel.result)}`,
  ]
}
