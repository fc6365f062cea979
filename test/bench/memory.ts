import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { median } from '@opine/cli/median.ts'
import { bufferBytes } from '@opine/models/exec/reference/kernel.ts'
import { compileProgram } from '@opine/models/exec/wasm/compile.ts'
import { type Keep, layOut } from '@opine/models/exec/wasm/layout.ts'
import { bufferOf, type Program } from '@opine/models/ir/types.ts'
import type { CompiledModel } from '@opine/models/lower/compile.ts'
import type { Subject } from './subjects.ts'
import { ratio, size, table } from './table.ts'

/**
 * Bytes of a program's runs.
 * @property buffers    of all buffers: inputs, constants, kernels
 * @property live       of those that somebody still reads, where there are most; constants always
 * @property trace      of a run that keeps all of them: WebAssembly's memory and the copies
 * @property committed  of one that keeps what is committed, likewise; `plain` of one that keeps the outputs
 */
export type Memory = { readonly [figure in 'buffers' | 'live' | 'trace' | 'committed' | 'plain']: number }

/** By what the executor lays out, before anything runs. */
export function memoryOf(program: Program): Memory {
  const firstKernel = bufferOf(program, 0)
  const sizes = Array.from({ length: firstKernel + program.kernels.length }, (_, buffer) => bufferBytes(program, buffer))
  const sum = (buffers: Iterable<number>): number => [...buffers].reduce((bytes, buffer) => bytes + sizes[buffer]!, 0)
  const compiled = compileProgram(program)
  const laidOut = (keep: Keep): number => layOut(program, compiled, keep).bytes
  const outputs = sum(program.outputs.map((kernel) => bufferOf(program, kernel)))
  return {
    buffers: sum(sizes.keys()),
    live: Math.max(...program.kernels.map((_, kernel) => sum(liveAt(program, kernel)))),
    trace: laidOut('committed') + sum(program.kernels.map((_, kernel) => firstKernel + kernel)),
    committed: laidOut('committed') + outputs,
    plain: laidOut('outputs') + outputs,
  }
}

/** Buffers that are there while a kernel is computed: its own, constants, and those that it or a later kernel reads, or the consumer. */
function liveAt(program: Program, kernel: number): Set<number> {
  const own = bufferOf(program, kernel)
  const live = new Set([own])
  for (let constant = program.inputs.length; constant < bufferOf(program, 0); constant++) live.add(constant)
  for (const output of program.outputs) if (output <= kernel) live.add(bufferOf(program, output))
  for (const { loads } of program.kernels.slice(kernel)) for (const { buffer } of loads) if (buffer < own) live.add(buffer)
  return live
}

const CHILD = join(import.meta.dirname, 'memory-child.ts')

/** How far the most resident memory of a new process rises while it runs a model, in bytes. */
export const risenBy = (what: 'trace' | 'outputs', file: string): number =>
  (JSON.parse(execFileSync(process.execPath, [CHILD, what, file], { encoding: 'utf8' })) as { readonly bytes: number }).bytes

/** Of smaller models, the engine's own memory is most of what is resident. */
const LARGE = 4e6

/** The table of memory. */
export function memoryTable(models: readonly (readonly [Subject, CompiledModel])[], rounds: number): string[] {
  const linux = process.platform === 'linux'
  const rows = models.map(([{ name, file }, { program }]) => {
    const { buffers, live, trace, committed, plain } = memoryOf(program)
    const risen = (what: 'trace' | 'outputs'): string =>
      linux && buffers >= LARGE ? size(median(Array.from({ length: rounds }, () => risenBy(what, file)))) : '-'
    const laidOut = [size(plain), ratio(plain, live), size(committed), size(trace), ratio(trace, buffers)]
    return [name, size(buffers), size(live), ...laidOut, risen('outputs'), risen('trace')]
  })
  return [
    'Bytes of all buffers (inputs, constants, kernels), and of those that somebody still reads where there are most (live); what one run takes, in',
    "WebAssembly's memory and in what it hands out: for the outputs, for a commitment, and with the whole trace. The last columns are how far the most",
    'resident memory of a new process rises during its first run, in which the engine compiles and optimises code as well.',
    '',
    ...table(['model', 'buffers', 'live', 'outputs', '/ live', 'commitment', 'trace', '/ buffers', 'resident', 'resident, trace'], rows),
  ]
}
