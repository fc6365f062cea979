import { basename } from 'node:path'
import { dumpProgram } from '@opine/models/ir/dump.ts'
import { Command, InvalidArgumentError } from 'commander'
import { requireFolderOf, writeFile } from '../files.ts'
import { drawPage, drawProgram } from '../graph/draw.ts'
import { type ModelOptions, readModel, withModelOptions } from '../model/load.ts'
import { describeStepGas, stepGasOf } from '../model/step-gas.ts'
import { summarize } from '../model/summary.ts'
import { print, printJson } from '../output.ts'

type Options = ModelOptions & { readonly graph?: string; readonly json?: true }

export const showCommand = (): Command =>
  withModelOptions(new Command('show'))
    .description('print a program: inputs, outputs, constants, and every kernel with its loads and expressions; or draw it')
    .argument('<file>', 'ONNX file or program file')
    .option('--graph <file>', 'draw the graph of kernels to a .svg or .html file instead', picturePath)
    .option('--json', 'print one JSON object, with the dump as its lines')
    .addHelpText(
      'after',
      `
In the picture kernels stand in order of their depth, segments are shaded, committed kernels solid and blue, outputs green.

Examples:
  opine model show models/zoo/digits/digits.onnx
  opine model show digits.opine --graph digits.svg`,
    )
    .action((file: string, { graph, json, ...options }: Options) => {
      if (graph !== undefined) requireFolderOf(graph)
      const { root, program, interface: ports } = readModel(file, options)
      if (graph !== undefined) {
        const svg = drawProgram(program, ports)
        writeFile(graph, graph.toLowerCase().endsWith('.svg') ? svg : drawPage(basename(file), svg))
      }
      if (json)
        return printJson({
          file,
          programRoot: root,
          ...summarize(program),
          ...ports,
          stepGas: stepGasOf(program),
          graph: graph ?? null,
          dump: dumpProgram(program, ports),
        })
      if (graph === undefined) return print(...dumpProgram(program, ports), `certificate: ${describeStepGas(stepGasOf(program))}`)
      print(`${program.kernels.length} kernels drawn to ${graph}`)
    })

function picturePath(path: string): string {
  if (/\.(svg|html)$/i.test(path)) return path
  throw new InvalidArgumentError(`expected a file that ends in .svg or .html, got "${path.slice(-40)}"`)
}
