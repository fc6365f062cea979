import { dumpProgram } from '@opine/models/ir/dump.ts'
import { Command } from 'commander'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { print } from '../output.ts'

export const showCommand = (): Command =>
  withModelOptions(new Command('show'))
    .description('print a program: inputs, outputs, constants, and every kernel with its loads and expressions')
    .argument('<file>', 'ONNX file or program file')
    .addHelpText('after', '\nExamples:\n  opine model show models/zoo/digits/digits.onnx\n  opine model show digits.opine')
    .action((file: string, options: ModelOptions) => {
      const { program, interface: ports } = readModel(file, options)
      print(...dumpProgram(program, ports))
    })
