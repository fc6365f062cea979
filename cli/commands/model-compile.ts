import { basename, extname, join } from 'node:path'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import { Command } from 'commander'
import { requireOutputs, writeFile } from '../files.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { describeStepGas, stepGasOf } from '../model/step-gas.ts'
import { summarize } from '../model/summary.ts'
import { grouped, print, printJson } from '../output.ts'

type Options = ModelOptions & { readonly out?: string; readonly json?: true }

/** Where the command was typed: npm starts scripts in the project's folder and says where it was called. */
const callersFolder = (): string => process.env.INIT_CWD ?? process.cwd()

export const compileCommand = (): Command =>
  withModelOptions(new Command('compile'))
    .description('lower an ONNX model to a program, and say what it is')
    .argument('<file>', 'ONNX file or program file')
    .option('--out <file>', 'where to write the program file, which operators pass on (default: NAME.opine in the current folder)')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  opine model compile models/zoo/digits/digits.onnx --out digits.opine
  opine model compile encoder.onnx --dim batch=1 --dim tokens=128 --json`,
    )
    .action((file: string, options: Options) => {
      const out = options.out ?? join(callersFolder(), `${basename(file, extname(file))}.opine`)
      requireOutputs([out], [file])
      const { root, program, interface: ports } = readModel(file, options)
      const summary = summarize(program)
      const stepGas = stepGasOf(program)
      writeFile(out, encodeProgramFile(program, ports))
      if (options.json) return printJson({ file, programRoot: root, ...summary, ...ports, stepGas, out })
      const kinds = Object.entries(summary.kernelKinds).map(([kind, count]) => `  ${String(count).padStart(5)}  ${kind}`)
      print(
        `program root  ${root}`,
        `inputs        ${ports.inputs.map(({ name, type, shape }) => `${name} ${type} [${shape.join(', ')}]`).join(', ')}`,
        `outputs       ${ports.outputs.map(({ name, type, shape }) => `${name} ${type} [${shape.join(', ')}]`).join(', ')}`,
        `parameters    ${grouped(summary.parameters)} in ${summary.constants} constants, ${grouped(summary.constantBytes)} bytes`,
        `kernels       ${summary.kernels} in ${summary.segments} segments, ${summary.committed} committed`,
        ...kinds,
        `trace         ${grouped(summary.traceBytes)} bytes, of which ${grouped(summary.committedBytes)} are hashed for an assertion`,
        `certificate   ${describeStepGas(stepGas)}`,
        `written to    ${out}`,
      )
    })
