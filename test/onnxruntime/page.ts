import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withSection } from '../bench/page.ts'
import { digits, milliseconds, percent, ratio, size, table } from '../bench/table.ts'
import type { Bits } from './results.ts'
import { GROUPS, type Speed } from './speed-result.ts'

const PAGE = join(import.meta.dirname, '../../docs/EXACT.md')

/** Puts a section into docs/EXACT.md, in the place of the one of that title. */
export const writeSection = (title: string, body: string): void => writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), title, body))

/** What the stock runtime takes, each against the float model. */
const WITH = ['with commitment', 'ratio', 'with commitment and the looks before a bond', 'ratio'] as const

export const HEADS = {
  cpu: ['subject', 'kernels', 'certified', 'on the stock runtime', 'inputs', 'by reference too', 'ways', 'compared', 'differing bits'],
  webgpu: ['subject', 'on the stock runtime', 'nodes on the GPU', 'inputs', 'compared', 'differing bits', 'ms an input'],
  control: ['subject', 'inputs', 'numbers compared', 'that differ', 'share', 'differing bits'],
  speed: ['subject', 'threads', 'float, stock', 'its form', ...WITH, 'wasm', 'ratio', 'auto', 'ratio', 'auto chose'],
  gpuSpeed: ['subject', 'float, stock', 'its form', ...WITH],
  bounds: [
    'subject',
    'threads',
    'sessions',
    'onnxruntime',
    ...GROUPS.map(({ group }) => group),
    'outside of the runtime',
    'products against float',
  ],
} as const

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

function cpuRow({ name, kernels, certified, ways, referenced }: Bits): string[] {
  const stock = Math.min(...ways.flatMap((way) => (way.kernels > 0 ? [way.kernels] : [])))
  const [first] = ways
  // By the definition, too.
  const count = ways.length + 2
  return [
    ...[name, `${kernels}`, `${certified}`, `${stock}`, `${first!.inputs}`, `${referenced}`, `${count}`],
    ...[size(sum(ways.map(({ values }) => values))), `${sum(ways.map(({ bits }) => bits))}`],
  ]
}

function gpuRow({ name, ways, nodes }: Bits): string[] {
  const way = ways.at(-1)!
  const there = sum(Object.entries(nodes).flatMap(([provider, count]) => (/webgpu/i.test(provider) ? [count] : [])))
  const all = sum(Object.values(nodes))
  return [
    name,
    `${way.kernels}`,
    `${there} of ${all}`,
    `${way.inputs}`,
    size(way.values),
    `${way.bits}`,
    way.inputs > 1 ? digits(way.milliseconds) : '-',
  ]
}

/** Of how many inputs `reference` is asked, where a column would say little else than `all`. */
function byReference(results: readonly Bits[]): string {
  const short = results.flatMap(({ name, referenced, ways }) => {
    const { inputs } = ways.at(-1)!
    return referenced < inputs ? [`${referenced} of ${inputs} of ${name}`] : []
  })
  return `\`reference\` ran all of these inputs too${short.length > 0 ? `, but ${short.join(', ')}` : ''}.`
}

/** The part of docs/EXACT.md about bits. */
export function bitsSection(results: readonly Bits[], devices: { readonly cpu: string; readonly gpu: string }): string {
  const [cpu, webgpu] = ['cpu', 'webgpu'].map((provider) => results.filter((bits) => bits.provider === provider)) as [Bits[], Bits[]]
  const controls = cpu.flatMap(({ name, control }) => (control ? [{ name, ...control }] : []))
  return [
    `On the CPU, ${devices.cpu}: \`wasm\` with vectors of 256 bits where the machine has them, against \`wasm\` with 128, \`reference\`, and \`onnxruntime\` as`,
    "daemons run it and at the four levels of the runtime's optimisation, each on one and two threads. Compared are all bytes of all kernels, with `reference` by their",
    'digests, and trace roots: with `reference` on each input that it ran, with the others on the first 20.',
    '',
    ...table(HEADS.cpu, cpu.map(cpuRow)),
    '',
    `On WebGPU, ${devices.gpu}. What of the runtime's graph is not on the GPU the runtime itself has put on the CPU. ${byReference(webgpu)}`,
    '',
    ...table(HEADS.webgpu, webgpu.map(gpuRow)),
    '',
    'The control: the float models, of which outputs alone are compared, over the same optimisation levels and threads, each with the first. Where nothing differs',
    'there, the runtime has no two ways to calculate the model.',
    '',
    ...table(
      HEADS.control,
      controls.map(({ name, inputs, values, differing, bits }) => [
        ...[name, `${inputs}`, `${values}`, `${differing}`, percent(differing, values), `${bits}`],
      ]),
    ),
  ].join('\n')
}

/** Times of these, each with its ratio to the float model's. */
const against = (times: Speed['times'], names: readonly string[]): string[] =>
  names.flatMap((name) => [milliseconds(times[name]!), ratio(times[name]!, times.float!)])

const speedRow = ({ name, threads, form, times, chosen }: Speed): string[] => [
  ...[name, `${threads}`, milliseconds(times.float!), form],
  ...against(times, ['committed', 'onnxruntime', 'wasm', 'auto']),
  chosen ?? '',
]

function boundsRow({ name, threads, times, spent }: Speed): string[] {
  const { all, groups, sessions } = spent!
  const within = GROUPS.map(({ group }) => groups[group] ?? 0)
  const cells = within.map((time) => percent(time, all))
  return [
    ...[name, `${threads}`, `${sessions}`, milliseconds(all), ...cells],
    ...[percent(Math.max(0, all - sum(within)), all), ratio(within[0]!, times.float!)],
  ]
}

/** The part of docs/EXACT.md about speed. */
export function speedSection(
  results: readonly Speed[],
  devices: { readonly cpu: string; readonly gpu: string; readonly load: string },
): string {
  const [cpu, webgpu] = ['cpu', 'webgpu'].map((provider) => results.filter((speed) => speed.provider === provider)) as [Speed[], Speed[]]
  return [
    'One inference, by the clock on the wall, medians of samples that took turns: the float model on the stock runtime in the form in which it is fastest, as its',
    'authors wrote it or folded (extents fixed, constants no inputs, batch normalisations in the weights), and the quantised model **with** its commitment on the',
    'stock runtime, without and with the looks at drawn elements that are made before each bond, and by `wasm` and `auto` as daemons run them, on the same threads.',
    `On the CPU, ${devices.cpu}; load ${devices.load} at the start.`,
    '',
    ...table(HEADS.speed, cpu.map(speedRow)),
    '',
    `On WebGPU, ${devices.gpu}; the float model on the same device, in the faster of both layouts.`,
    '',
    ...table(
      HEADS.gpuSpeed,
      webgpu.map(({ name, form, times }) => [name, milliseconds(times.float!), form, ...against(times, ['committed', 'onnxruntime'])]),
    ),
    '',
    "What bounds `onnxruntime` on the CPU: shares of its time by the operators of the runtime, as the runtime's own profile has them. Moves put elements into another",
    'order, as digests and outputs want them; outside of its operators are fetching, hashing, looking at drawn elements, and what runs canonically between its sessions.',
    'The last column is the products alone, against the whole of the float model.',
    '',
    ...table(HEADS.bounds, cpu.filter(({ spent }) => spent !== null).map(boundsRow)),
  ].join('\n')
}
