import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { kernelKind } from '../ir/describe.ts'
import { describeKernel } from '../ir/dump.ts'
import { bufferOf, type Kernel, type Program, product, type ScalarType, scalarOf } from '../ir/types.ts'
import { programTree } from '../trace/program-tree.ts'
import { advise, widthFault } from './advice.ts'
import { hundredths } from './binary.ts'
import type { Certificate, InputCondition, KernelVerdict, Range, Reason } from './certificate.ts'
import { EXACT, PROVIDER_CLASSES, type ProviderClass } from './classes.ts'
import { conditionOf, inputContents } from './conditions.ts'
import { alike, type Contents, constantContents, groupedContents } from './contents.ts'
import type { Examined } from './examine.ts'
import type { Fault } from './fault.ts'
import { groupsOf } from './groups.ts'
import { Recall } from './recall.ts'
import { ANY_EXPONENT, closed, isBounded, NO_EXPONENT, type Value } from './value.ts'

/**
 * @property classes  provider classes that a kernel has to cover to be order-free here; `f32` if not given
 * @property inputs   what is known of inputs beyond their type; the certificate holds for inputs that meet it
 * @property root     the program root, where it is known; calculated otherwise
 * @property tell     hears of every kernel that is done
 */
export type CertifyOptions = {
  readonly classes?: readonly ProviderClass[]
  readonly inputs?: readonly InputCondition[]
  readonly root?: Hex
  readonly tell?: (kernel: number) => void
}

/**
 * Proves each kernel of a valid program order-free, or says why it need not be.
 * @throws {OpineError} `CONDITION_INPUT` for a condition of an input that there is not, or twice
 */
export function certifyProgram(program: Program, { classes = ['f32'], inputs = [], root: known, tell }: CertifyOptions = {}): Certificate {
  const demanded = PROVIDER_CLASSES.filter((name) => classes.includes(name))
  const conditions = conditionsOf(program, inputs)
  const first = bufferOf(program, 0)
  const contents: Contents[] = [
    ...program.inputs.map((spec, input) => inputContents(spec, conditions[input]!)),
    ...program.constants.map((constant, index) => constantContents(constant, program.inputs.length + index)),
  ]
  const types: ScalarType[] = [...program.inputs, ...program.constants].map(({ type }) => scalarOf(type))
  const recall = new Recall()
  const judged = program.kernels.map((kernel, index) => {
    const examined = recall.examine(
      kernel,
      kernel.loads.map(({ buffer }) => contents[buffer]!),
      kernel.loads.map(({ buffer }) => types[buffer]!),
    )
    const reason = reasonOf(program, index, examined, demanded)
    contents.push(reason ? alone(examined.contents, kernel, first + index) : examined.contents)
    types.push(kernel.resultType)
    tell?.(index)
    const { watch } = examined
    const orderFree = reason === null
    return {
      examined,
      reason,
      orderFree,
      open: orderFree && examined.contents.all().open,
      classes: examined.faults.length > 0 ? [] : watch.classes,
    }
  })
  const groups = groupsOf(program, judged)
  // A region is calculated as one, so that one kernel's scales are folded into another's weights.
  const asFloat = new Map<number, readonly ProviderClass[]>()
  for (const [index, { examined }] of judged.entries()) {
    const region = groups.regions[index]!
    const before = asFloat.get(region) ?? PROVIDER_CLASSES
    asFloat.set(
      region,
      before.filter((name) => examined.watch.asFloat.includes(name)),
    )
  }
  const kernels = judged.map(({ examined, reason, open, classes: covered }, index): KernelVerdict => {
    const kernel = program.kernels[index]!
    const { watch } = examined
    const bounded = watch.bound < Infinity && watch.bound > 0 && watch.unit !== null
    return {
      index,
      op: describeKernel(kernel),
      verdict: reason ? 'refused' : 'orderFree',
      classes: covered,
      asFloat: covered.filter((name) => asFloat.get(groups.regions[index]!)!.includes(name)),
      bound: bounded ? watch.bound : null,
      unit: bounded ? unitOf(watch.unit!) : null,
      margin: bounded ? hundredths(EXACT / watch.bound) / 100 : null,
      operands: watch.operands <= EXACT ? watch.operands : null,
      output: rangeOf(contents[first + index]!.all()),
      open,
      region: groups.regions[index]!,
      subgraph: groups.subgraph[index]!,
      guards: guardsOf(kernel),
      reason,
    }
  })
  const orderFree = kernels.every(({ verdict }) => verdict === 'orderFree')
  const providers = orderFree ? PROVIDER_CLASSES.filter((name) => kernels.every((kernel) => kernel.classes.includes(name))) : []
  const taken = conditions.filter(({ input }) => inputs.some((given) => given.input === input) || needsCondition(program, input))
  const root = known ?? toHex(programTree(program).root)
  return { version: 1, program: root, demanded, orderFree, providers, conditions: taken, kernels, subgraphs: groups.subgraphs }
}

function conditionsOf(program: Program, given: readonly InputCondition[]): InputCondition[] {
  for (const [index, { input }] of given.entries()) {
    if (program.inputs[input] && given.findIndex((other) => other.input === input) === index) continue
    throw new OpineError(
      'CONDITION_INPUT',
      `there is no input ${input}, or two conditions of it; the program has ${program.inputs.length}`,
      { input },
    )
  }
  return program.inputs.map((spec, input) => given.find((condition) => condition.input === input) ?? conditionOf(spec, input))
}

/** Integers are what their type holds; of floats the ranges of all that reads them hang on it, refused kernels included. */
const needsCondition = ({ inputs, kernels }: Program, input: number): boolean =>
  scalarOf(inputs[input]!.type) === 'f32' && kernels.some(({ loads }) => loads.some(({ buffer }) => buffer === input))

/** A refused kernel's buffer is calculated canonically: its elements are what they are, and begin new regions. */
function alone(contents: Contents, { shape }: Kernel, buffer: number): Contents {
  const from = (value: Value): Value => ({ ...closed(value), fault: null, source: buffer })
  const groups = product(contents.digits.map(({ extent }) => extent))
  if (contents.digits.length === 0) return alike(product(shape), from(contents.group(0)))
  return groupedContents(
    product(shape),
    contents.digits,
    Array.from({ length: groups }, (_, group) => from(contents.group(group))),
  )
}

/** The worst of a kernel's faults: the first that is not a matter of bits, else the one with most bits. */
function reasonOf(program: Program, kernel: number, { faults, watch }: Examined, demanded: readonly ProviderClass[]): Reason | null {
  const worse = (a: Fault, b: Fault): boolean => b.excess !== null && a.excess !== null && a.excess > b.excess
  let worst = faults[0]
  for (const found of faults) if (worst && worse(found.fault, worst.fault)) worst = found
  const wide = worst ? null : widthFault(watch, demanded)
  const { fault, channel } = worst ?? { fault: wide, channel: program.kernels[kernel]!.shape.map(() => null) }
  if (!fault) return null
  const fixed = channel.filter((place) => place !== null)
  const place = fixed.length > 0 ? `channel ${fixed.join(', ')}` : 'every element'
  const excess = fault.excess === null ? null : fault.excess / 100
  return { rule: fault.rule, kernel, channel, excess, ...advise(fault, place, nameOf(program, fault.source)) }
}

function nameOf(program: Program, buffer: number): string {
  const kernel = buffer - bufferOf(program, 0)
  if (buffer < 0) return 'an intermediate result'
  if (kernel >= 0) return `the result of kernel ${kernel}`
  return buffer < program.inputs.length ? `input ${buffer}` : `constant ${buffer - program.inputs.length}`
}

function rangeOf(value: Value): Range {
  const known = isBounded(value)
  // Plus 0: a zero of a file has no sign.
  const finite = (end: number): number | null => (Number.isFinite(end) && !value.nan ? end + 0 : null)
  return {
    exponent: known && value.exponent > ANY_EXPONENT ? unitOf(value.exponent) : null,
    least: finite(value.least),
    greatest: finite(value.greatest),
  }
}

/** Of a number that is zero in any case the unit is 1. */
const unitOf = (exponent: number): number => (exponent >= NO_EXPONENT ? 0 : exponent)

function guardsOf(kernel: Kernel): KernelVerdict['guards'] {
  const multiplies = kernel.term.some(({ op }) => op === 'i32.mul')
  return [...(kernelKind(kernel) === 'convolution' ? (['DIRECT'] as const) : []), ...(multiplies ? (['FLOAT'] as const) : [])]
}
