import { describeExpression, kernelKind } from '@opine/models/ir/describe.ts'
import { describeKernel } from '@opine/models/ir/dump.ts'
import { bufferOf, type ModelInterface, type Program } from '@opine/models/ir/types.ts'
import { portText } from '../model/input-file.ts'
import { type Band, type Box, type Layout, layOut } from './layout.ts'
import { element, text } from './xml.ts'

const STYLE = `
svg { background: #fff; font: 12px system-ui, sans-serif; fill: #1c2733 }
.band { fill: #eef3f8 } .band.odd { fill: #f7f1e6 }
.box { fill: #fff; stroke: #8596a8; stroke-dasharray: 4 3 }
.box.committed { fill: #dcebff; stroke: #1f5fbf; stroke-width: 2; stroke-dasharray: none }
.box.output { fill: #d7f2df; stroke: #1b7a3d }
.box.input { fill: #fff6d6; stroke: #a67c00; stroke-dasharray: none }
.edge { fill: none; stroke: #5b6b7b; stroke-opacity: .55 }
.name { font-weight: 600 } .small { font-size: 11px; fill: #4a5866 }`

/** About as many characters as a box is wide, in bold and in small. */
const FIT = { name: 28, small: 34 } as const
const shortened = (content: string, fit: number): string => (content.length > fit ? `${content.slice(0, fit - 1)}…` : content)

/** Longer edges would run behind boxes: they go around them on the right. */
const STRAIGHT = 120

/**
 * A picture of a program, SVG: inputs, and below them the kernels by depth, in shaded segments; committed ones are drawn solid, outputs
 * green. Hovering over a box tells the whole kernel. The same program gives the same bytes.
 */
export function drawProgram(program: Program, ports: ModelInterface): string {
  const layout = layOut(program)
  const { width, height } = layout
  const size = { width, height, viewBox: `0 0 ${width} ${height}` }
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', role: 'img', 'aria-label': 'program graph', ...size }, [
    element('style', {}, [text(STYLE)]),
    element('defs', {}, [ARROW]),
    ...layout.bands.map(band),
    ...edges(layout, program),
    ...layout.inputs.map((box, input) => {
      const port = ports.inputs[input]!
      return node(box, 'input', port.name, portText(port), `input ${port.name}: ${portText(port)}`)
    }),
    ...layout.kernels.map((box, kernel) => kernelNode(program, ports, kernel, box)),
  ])
}

/** The picture as a page of its own. */
export const drawPage = (title: string, svg: string): string =>
  `<!DOCTYPE html>\n${element('html', { lang: 'en' }, [
    element('head', {}, [element('meta', { charset: 'utf-8' }), element('title', {}, [text(title)])]),
    element('body', {}, [element('h1', {}, [text(title)]), element('p', {}, [text(LEGEND)]), svg]),
  ])}\n`

const LEGEND = 'Yellow: inputs. Blue: committed kernels. Green: outputs. Dashed: interiors, hashed only in a dispute. Shaded: segments.'

const ARROW = element('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' }, [
  element('path', { d: 'M0 0L8 4L0 8z', fill: '#5b6b7b' }),
])

function band({ x, y, width, height, first, last }: Band, index: number): string {
  const name = first === last ? `segment ${index}: k${first}` : `segment ${index}: k${first} to k${last}`
  return element('g', {}, [
    element('rect', { class: index % 2 === 0 ? 'band' : 'band odd', x, y, width, height, rx: 10 }),
    element('text', { class: 'small', x: x + 12, y: y + 20 }, [text(name)]),
  ])
}

function edges({ edges, inputs, kernels }: Layout, program: Program): string[] {
  const boxOf = (buffer: number): Box => inputs[buffer] ?? kernels[buffer - bufferOf(program, 0)]!
  return edges.map(({ from, to }) => {
    const [source, target] = [boxOf(from), kernels[to]!]
    const path = target.y - source.y - source.height < STRAIGHT ? straight(source, target) : around(source, target)
    return element('path', { class: 'edge', d: path, 'marker-end': 'url(#arrow)' })
  })
}

function straight(source: Box, target: Box): string {
  const [x1, y1] = [source.x + source.width / 2, source.y + source.height]
  const [x2, y2] = [target.x + target.width / 2, target.y]
  const bend = Math.min(80, (y2 - y1) / 2)
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
}

function around(source: Box, target: Box): string {
  const [x1, y1] = [source.x + source.width, source.y + source.height / 2]
  const [x2, y2] = [target.x + target.width, target.y + target.height / 2]
  const side = Math.max(x1, x2) + Math.min(60, (y2 - y1) / 8)
  return `M${x1} ${y1}C${side} ${y1} ${side} ${y2} ${x2} ${y2}`
}

function kernelNode(program: Program, ports: ModelInterface, index: number, box: Box): string {
  const kernel = program.kernels[index]!
  const { committed } = program.places[index]!
  const output = program.outputs.indexOf(index)
  const constants = new Set(kernel.loads.map(({ buffer }) => buffer - program.inputs.length))
  const parameters = [...constants].reduce((sum, constant) => sum + (constant < 0 ? 0 : (program.constants[constant]?.count ?? 0)), 0)
  const shape = `${kernel.storeType} [${kernel.shape.join(', ')}]`
  const name = output < 0 ? '' : `${ports.outputs[output]!.name}: `
  const second = `${name}${shape}${parameters > 0 ? ` · ${parameters} constants` : ''}`
  const whole = [
    `k${index} ${describeKernel(kernel)}, ${committed ? 'committed' : 'interior'}`,
    ...(kernel.reduce ? [`term ${describeExpression(kernel.term)}`] : []),
    `result ${describeExpression(kernel.result)}`,
  ]
  const kinds = [...(committed ? ['committed'] : []), ...(output < 0 ? [] : ['output'])]
  return node(box, kinds.join(' '), `k${index}  ${kernelKind(kernel)}`, second, whole.join('\n'))
}

function node({ x, y, width, height }: Box, kind: string, name: string, second: string, whole: string): string {
  return element('g', {}, [
    element('title', {}, [text(whole)]),
    element('rect', { class: `box ${kind}`.trim(), x, y, width, height, rx: 6 }),
    element('text', { class: 'name', x: x + 10, y: y + 20 }, [text(shortened(name, FIT.name))]),
    element('text', { class: 'small', x: x + 10, y: y + 38 }, [text(shortened(second, FIT.small))]),
  ])
}
