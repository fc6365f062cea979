import { basename } from 'node:path'
import { dumpProgram } from '@opine/models/ir/dump.ts'
import { Command, InvalidArgumentError } from 'commander'
import { requireFolderOf, writeFile } from '../files.ts'
import { drawPage, drawProgram } from '../graph/draw.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { print } from '../output.ts'

type Options = ModelOptions & { readonly graph?: string }

export const showCommand = (): Command =>
  withModelOptions(new Command('show'))
    .description('print a program: inputs, outputs, constants, and every kernel with its loads and expressions; or draw it')
    .argument('<file>', 'ONNX file or program file')
    .option('--graph <file>', 'draw the graph of kernels to a .svg or .html file instead', picturePath)
    .addHelpText(
      'after',
      `
In the picture kernels stand in order of their depth, segments are shaded, committed kernels solid and blue, outputs green.

Examples:
  opine model show models/zoo/digits/digits.onnx
  opine model show digits.opine --graph digits.svg`,
    )
    .action((file: string, { graph, ...options }: Options) => {
      if (graph !== undefined) requireFolderOf(graph)
      const { program, interface: ports } = readModel(file, options)
      if (graph === undefined) return print(...dumpProgram(program, ports))
      const svg = drawProgram(program, ports)
      writeFile(graph, graph.toLowerCase().endsWith('.svg') ? svg : drawPage(basename(file), svg))
      print(`${program.kernels.length} kernels drawn to ${graph}`)
    })

function picturePath(path: string): string {
  if (/\.(svg|html)$/i.test(path)) return path
  throw new InvalidArgumentError(`expected a file that ends in .svg or .html, got "${path.slice(-40)}"`)
}
