import { describe, it } from 'node:test'
import { conditionOf, inputContents } from '@opine/models/certify/conditions.ts'
import { type Contents, constantContents, mapped, valuesOf } from '@opine/models/certify/contents.ts'
import { type Examined, examine } from '@opine/models/certify/examine.ts'
import { Recall } from '@opine/models/certify/recall.ts'
import { closed } from '@opine/models/certify/value.ts'
import { Random } from '@opine/models/ir/random.ts'
import { bufferOf, type Kernel, type Program, scalarOf } from '@opine/models/ir/types.ts'
import { expect } from 'chai'
import { anyProgram } from './any-program.ts'
import { mixedNet } from './mixed-net.ts'
import { randomNet } from './random-net.ts'

/** The same kernels once more, on inputs and constants of their own; a byte of a constant may differ, or which of two inputs is which. */
function doubled(program: Program, random: Random): Program {
  const { inputs, constants, kernels } = program
  const first = bufferOf(program, 0)
  const other = constants.map((constant) => {
    const bytes = constant.bytes.slice()
    if (random.chance(0.3)) bytes[random.below(bytes.length)]! ^= 1
    return { ...constant, bytes }
  })
  const [one, two] = inputs
  const swapped = inputs.length === 2 && one!.type === two!.type && one!.count === two!.count && random.chance(0.5)
  const moved = (kernel: Kernel, copy: number): Kernel => ({
    ...kernel,
    loads: kernel.loads.map((load) => {
      const { buffer } = load
      if (buffer < inputs.length) return { ...load, buffer: (swapped && copy === 1 ? 1 - buffer : buffer) + copy * inputs.length }
      if (buffer < first) return { ...load, buffer: buffer + inputs.length + copy * constants.length }
      return { ...load, buffer: buffer + first + copy * kernels.length }
    }),
  })
  return {
    inputs: [...inputs, ...inputs],
    constants: [...constants, ...other],
    kernels: [0, 1].flatMap((copy) => kernels.map((kernel) => moved(kernel, copy))),
    places: [0, 1].flatMap((copy) => kernels.map((_, kernel) => ({ committed: true, first: copy * kernels.length + kernel, length: 1 }))),
    outputs: [2 * kernels.length - 1],
    claims: [],
  }
}

/** What each kernel is found to be, operands included. */
function followed(program: Program, how: Pick<Recall, 'examine'>): Examined[] {
  const contents: Contents[] = [
    ...program.inputs.map((spec, input) => inputContents(spec, conditionOf(spec, input))),
    ...program.constants.map((constant, index) => constantContents(constant, program.inputs.length + index)),
  ]
  const types = [...program.inputs, ...program.constants].map(({ type }) => scalarOf(type))
  return program.kernels.map((kernel) => {
    const examined = how.examine(
      kernel,
      kernel.loads.map(({ buffer }) => contents[buffer]!),
      kernel.loads.map(({ buffer }) => types[buffer]!),
    )
    contents.push(examined.faults.length > 0 ? afresh(examined.contents, contents.length) : examined.contents)
    types.push(kernel.resultType)
    return examined
  })
}

/** As a kernel's buffer is taken that is calculated canonically. */
const afresh = (contents: Contents, buffer: number): Contents =>
  mapped(contents, (value) => ({ ...closed(value), fault: null, source: buffer }))

const plain = ({ contents, watch, faults }: Examined): unknown => {
  const { classes, asFloat, bound, unit, operands } = watch
  const { digits, count } = contents
  return { digits, count, values: valuesOf(contents), all: contents.all(), faults, classes, asFloat, bound, unit, operands }
}

describe('a kernel that was followed before', () => {
  for (const [name, make, programs] of [
    ['networks', randomNet, 400],
    ['networks that calculate in float too', mixedNet, 200],
    ['programs of any operations', anyProgram, 150],
  ] as const) {
    it(`is what it would be found to be, whatever its constants and wherever its operands come from: ${name}`, () => {
      let [known, kernels] = [0, 0]
      for (let seed = 0; seed < programs; seed++) {
        const random = new Random(seed)
        const program = doubled(make(random), random)
        const watches = new Set<unknown>()
        const recalled = followed(program, new Recall())
        const expected = followed(program, { examine })
        for (const [index, each] of recalled.entries()) {
          expect(plain(each), `program ${seed}, kernel ${index}`).to.deep.equal(plain(expected[index]!))
          if (watches.has(each.watch)) known++
          watches.add(each.watch)
          kernels++
        }
      }
      // Else nothing was tried here.
      expect(known).above(kernels / 8)
      expect(known).below(kernels / 2)
    })
  }
})
