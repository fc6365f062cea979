import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Certificate, KernelVerdict } from '@opine/models/certify/certificate.ts'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { PROVIDER_CLASSES, type ProviderClass } from '@opine/models/certify/classes.ts'
import { encodeCertificate, verifyCertificate } from '@opine/models/certify/file.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import { readFile, requireOutputs, writeFile } from '../files.ts'
import { tellKernels } from '../model/executors.ts'
import { type ModelOptions, ofFile, readModel, withModelOptions } from '../model/load.ts'
import { grouped, print, printJson, progress, table } from '../output.ts'

type Options = ModelOptions & {
  readonly classes: readonly ProviderClass[]
  readonly out?: string
  readonly check?: string
  readonly require?: true
  readonly json?: true
}

export const certifyCommand = (): Command =>
  withModelOptions(new Command('certify'))
    .description('prove each kernel order-free, so that stock runtimes give its bits, or say why it need not be')
    .argument('<file>', 'ONNX file or program file')
    .addOption(
      new Option('--classes <names>', `provider classes that a kernel has to cover: ${PROVIDER_CLASSES.join(', ')}`)
        .argParser(classNames)
        .default(['f32'], 'f32')
        .conflicts('check'),
    )
    .option('--out <file>', 'write the certificate, which anybody can derive again')
    .option('--check <file>', 'derive a certificate again, with the classes that it names, and compare it with this file')
    .option('--require', 'end with exit code 1 unless all kernels are order-free')
    .option('--json', 'print one JSON object, {orderFree, providers, kernels}; a certificate file (--out) has more')
    .addHelpText(
      'after',
      `
A kernel is order-free if every partial sum of its linear regions stays below 2^24 of their units, whatever the input: all correct implementations
then give the same bits. Classes say how wide the operands of products may be: f32 any CPU, tf32 and fp16 11 bits, bf16 8 bits.

Examples:
  opine model certify models/zoo/digits/digits.onnx
  opine model certify exact.onnx --classes tf32,fp16 --require --out exact.certificate.json
  opine model certify exact.onnx --check exact.certificate.json`,
    )
    .action((file: string, { classes, out, check, require, json, ...options }: Options) => {
      if (out !== undefined) requireOutputs([out], [file])
      const { program } = readModel(file, options)
      const tell = tellKernels(program.kernels.length, (text) => progress(`certified ${text}`))
      const certificate =
        check === undefined
          ? certifyProgram(program, { classes, tell })
          : ofFile(check, () => verifyCertificate(program, readFile(check), tell))
      if (out !== undefined) writeFile(out, encodeCertificate(certificate))
      if (json) printJson({ orderFree: certificate.orderFree, providers: certificate.providers, kernels: certificate.kernels })
      else
        print(
          ...report(certificate),
          ...(out === undefined ? [] : [`written to    ${out}`]),
          ...(check === undefined ? [] : ['verified      yes']),
        )
      if (require && !certificate.orderFree) throw refusal(file, certificate)
    })

function classNames(text: string): readonly ProviderClass[] {
  return text.split(',').map((given) => {
    const name = given.trim()
    const known = PROVIDER_CLASSES.find((each) => each === name)
    if (known) return known
    throw new InvalidArgumentError(`there is no provider class "${name.slice(0, 40)}"; there are ${PROVIDER_CLASSES.join(', ')}`)
  })
}

function report({ kernels, providers, orderFree, subgraphs, conditions, demanded, program }: Certificate): string[] {
  const head = ['kernel', 'what', 'verdict', 'classes', 'bound', 'unit', 'margin', 'operand']
  const rows = kernels.map((kernel) => [
    `k${kernel.index}`,
    kernel.op,
    kernel.reason ? `refused: ${kernel.reason.rule}` : 'order-free',
    kernel.classes.join(' ') || 'none',
    kernel.bound === null ? '-' : grouped(kernel.bound),
    kernel.unit === null ? '-' : `2^${kernel.unit}`,
    kernel.margin === null ? '-' : `${kernel.margin.toFixed(2)} bits`,
    kernel.operands === null ? '-' : grouped(kernel.operands),
  ])
  const free = kernels.filter(({ verdict }) => verdict === 'orderFree').length
  return [
    ...table([head, ...rows]),
    ...kernels.flatMap(explanation),
    `program root  ${program}`,
    `demanded      ${demanded.join(', ')}`,
    `order-free    ${orderFree ? 'yes: all' : 'no:'} ${free} of ${kernels.length} kernels, in ${subgraphs.length} sub-graphs`,
    `providers     ${providers.join(', ') || 'none for all kernels'}`,
    ...conditions.map((each) => `condition     input ${each.input}: multiples of 2^${each.exponent} in ${each.least} .. ${each.greatest}`),
  ]
}

const explanation = ({ index, reason }: KernelVerdict): string[] =>
  reason ? [`k${index}: ${reason.rule}: ${reason.detail}.`, `    ${reason.change}.`] : []

function refusal(file: string, { kernels }: Certificate): OpineError {
  const refused = kernels.filter(({ reason }) => reason)
  const { index, op, reason } = refused[0]!
  const more = refused.length > 1 ? ` (${refused.length - 1} more are refused)` : ''
  const message = `${file} is not order-free: kernel ${index}, ${op}: ${reason!.rule}: ${reason!.detail}; ${reason!.change}${more}`
  return new OpineError('NOT_ORDER_FREE', message, { kernel: index, rule: reason!.rule, refused: refused.length })
}
